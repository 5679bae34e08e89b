# shellcheck shell=bash disable=SC2016,SC2034,SC2154
# Sourced by tests/server/run: one site at a time, $SITE, asked with $TOKEN.
SITE='' TOKEN=''
# Many short lives: compiled for a quick start.
export CASEMATE_JAVA_OPTIONS=${CASEMATE_JAVA_OPTIONS:--XX:TieredStopAtLevel=1}
CANARY=c4nary-in-the-c0al-mine

# ask METHOD PATH [CURL OPTION...] : one request; its status to stdout, its body to $WORK/body.
ask() {
  local method=$1 path=$2 dir=$WORK/$SITE
  shift 2
  : >"$WORK/body"
  curl -s -g --path-as-is --max-time 20 --cacert "$dir/tls.pem" -o "$WORK/body" -w '%{http_code}' -X "$method" \
    -H "X-Vault-Token: $TOKEN" "$@" "https://127.0.0.1:$(cat "$dir/port")/$path"
}

# answers STATUS PATTERN METHOD PATH [CURL OPTION...] : whether the answer is that.
answers() {
  local wanted=$1 pattern=$2 status
  shift 2
  status=$(ask "$@")
  # shellcheck disable=SC2053 # a pattern, as in 40[05]
  [[ $status == $wanted ]] && { [ -z "$pattern" ] || grep -qE -- "$pattern" "$WORK/body"; } && return
  echo "$1 $2: expected $wanted with $pattern, got $status:"
  head -c 2000 "$WORK/body"
  echo
  return 1
}

# value NAME... : what the last body has there.
value() {
  /usr/bin/python3 -c 'import functools, json, sys
print(functools.reduce(lambda at, name: at[int(name) if isinstance(at, list) else name], sys.argv[2:], json.load(open(sys.argv[1]))))' "$WORK/body" "$@"
}

# until_answers STATUS PATTERN METHOD PATH... : the same, within 15 seconds.
until_answers() {
  for _ in $(seq 75); do
    answers "$@" >/dev/null && return
    sleep 0.2
  done
  answers "$@"
}

unsealed() { until_answers 200 '"sealed": ?false' GET v1/sys/seal-status; }
sealed_because() { until_answers 200 "\"seal_error\": ?\"[^\"]*($1)" GET v1/sys/seal-status; }
initialised() { answers 200 "\"initialized\": ?$1" GET v1/sys/init; }
alive() { kill -0 "$(cat "$WORK/$SITE/pid" 2>/dev/null)" 2>/dev/null; }
canary() { answers 200 "$CANARY" GET v1/secret/data/canary; }

found() {
  TOKEN=''
  answers 200 root_token PUT v1/sys/init --data '{"recovery_shares":1,"recovery_threshold":1}' || return
  TOKEN=$(value root_token)
  value recovery_keys 0 >"$WORK/$SITE/recovery"
  printf '%s' "$TOKEN" >"$WORK/$SITE/token"
  unsealed && answers 204 '' POST v1/sys/mounts/secret --data '{"type":"kv","options":{"version":"2"}}' &&
    answers 200 '"version": ?1' POST v1/secret/data/canary --data '{"data":{"password":"'"$CANARY"'"}}'
}

# site NAME : a fresh server, initialised, unsealed, holding the canary at secret/canary.
site() {
  SITE=$1
  new_site "$1" hsm
  check "$1: a fresh server starts" start_site "$1"
  check "$1: it initialises, unseals by the HSM and keeps a secret" found
}

stop() { stop_site "$SITE"; }
start() { start_site "$SITE"; }

# hup : what an operator does after mending something.
hup() { kill -HUP "$(cat "$WORK/$SITE/pid")"; }

# set_key NAME VALUE : changes a line of the site's configuration.
set_key() { sed -i "s|^\( *\)$1: .*|\1$1: $2|" "$WORK/$SITE/casemate.yaml"; }

# does_not_start PATTERN [YAML] : ends by itself, soon, with exit code 1 and that on stderr.
does_not_start() {
  local dir=$WORK/$SITE status=0
  SOFTHSM2_CONF=$dir/softhsm2.conf timeout -k 5 30 "$top/casemate" server --config "${2:-$dir/casemate.yaml}" \
    >"$WORK/refusal" 2>&1 || status=$?
  [ "$status" = 1 ] && grep -qE -- "$1" "$WORK/refusal" && ! grep -q '^	at ' "$WORK/refusal" && return
  echo "exit code $status, expected 1 with $1:"
  head -c 2000 "$WORK/refusal"
  return 1
}
