# shellcheck shell=bash disable=SC2016,SC2034,SC2154
# Sourced where a server's HSM comes and goes: a CA whose key is in the HSM, clients all the while, and the judgement.

C_INITIALIZE=0 C_FINALIZE=1 C_OPEN_SESSION=12 C_LOGIN=18 C_SIGN_INIT=42 C_SIGN=43 RULE_BYTES=40 RULES=69
ABORT=2 SEGFAULT=3 ALWAYS=1000000000 CKR_SESSION_COUNT=177 CKR_SESSION_HANDLE_INVALID=179

# fault_module : puts tests/hsm/fault.c between the site at $H and its token.
fault_module() {
  head -c $((RULES * RULE_BYTES)) /dev/zero >"$H/control"
  gcc -shared -fPIC -DBEHIND="\"$(softhsm_library)\"" -DCONTROL="\"$H/control\"" -o "$H/fault.so" tests/hsm/fault.c -ldl &&
    ln -s fault.so "$H/module.so" && set_key library "$H/module.so"
}
broker_pids() { pgrep -P "$(cat "$H/pid")" -f hsm-broker; }

# rule FUNCTION ANSWER DELAY_MS HOW TIMES : tests/hsm/fault.c from now on; `heal` ends all rules.
rule() {
  /usr/bin/python3 - "$H/control" "$RULE_BYTES" "$@" <<'PY'
import struct, sys
path, size, function, answer, delay, how, times = [sys.argv[1]] + [int(n) for n in sys.argv[2:]]
with open(path, "r+b") as file:
    for word, value in ((1, 0), (2, answer), (3, delay), (4, how), (1, times)):
        file.seek(function * size + word * 8)
        file.write(struct.pack("=Q", value))
        file.flush()
PY
}
heal() { local i; for i in $C_INITIALIZE $C_OPEN_SESSION $C_LOGIN $C_SIGN_INIT $C_SIGN; do rule "$i" 0 0 0 0; done; }

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
