# shellcheck shell=bash disable=SC2016,SC2034,SC2154
# Sourced where a server's HSM comes and goes: a CA whose key is in the HSM, clients all the while, and the judgement.

# hsm_ca : a CA in the HSM at pki/ that issues without storing.
hsm_ca() {
  answers 204 '' POST v1/sys/mounts/pki --data '{"type":"pki"}' &&
    answers 200 'certificate' POST v1/pki/root/generate/kms --data '{"common_name":"Outage Root","key_type":"ec","ttl":"48h"}' &&
    answers 200 '' POST v1/pki/roles/short --data '{"allow_any_name":true,"key_type":"ec","no_store":true}'
}

# load_begins : clients that go on until load_ends.
load_begins() {
  local dir=$WORK/$SITE
  : >"$dir/answers" && : >"$dir/events"
  mkfifo "$dir/load" 2>/dev/null || true
  VAULT_TOKEN=$TOKEN /usr/bin/python3 "$top/tests/hsm/load.py" run "$(cat "$dir/port")" "$dir/tls.pem" "$dir/answers" <"$dir/load" &
  LOAD=$!
  exec 7>"$dir/load"
}
load_ends() {
  exec 7>&-
  wait "$LOAD"
}

# event cut|back : notes that it was done just now.
event() { echo "$(date +%s.%N) $1" >>"$WORK/$SITE/events"; }

# refused : how many requests were told to come back so far.
refused() { grep -c ' hsm 503 ' "$WORK/$SITE/answers" || true; }
hsm_works() { answers 200 'certificate' POST v1/pki/issue/short --data '{"common_name":"a.test","ttl":"1h"}'; }

# hsm_refuses : 503, with a time to come back.
hsm_refuses() {
  answers 503 'HSM: ' POST v1/pki/issue/short --data '{"common_name":"a.test","ttl":"1h"}' -D "$WORK/headers" &&
    grep -qi '^retry-after: [1-9]' "$WORK/headers"
}

judge() { /usr/bin/python3 "$top/tests/hsm/load.py" judge "$WORK/$SITE/answers" "$WORK/$SITE/events"; }
