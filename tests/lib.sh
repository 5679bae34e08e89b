# shellcheck shell=bash
# Sourced by the suites that run the built product: a throw-away token, TLS key, configuration, and the real server.
# Everything lives below $WORK, which goes away at the end; only processes started here are stopped, by pid.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
WORK=$(mktemp -d "${TMPDIR:-/tmp}/casemate-test.XXXXXX")
SERVERS=()
PASSED=0 FAILED=0
# Locking memory takes root, or no limit.
if [ "$(id -u)" != 0 ] && [ "$(ulimit -l)" != unlimited ]; then export CASEMATE_DISABLE_MLOCK=true; fi
trap finish EXIT

finish() {
  local pid
  for pid in "${SERVERS[@]:-}"; do [ -z "$pid" ] || { kill -9 "$pid" && wait "$pid"; } 2>/dev/null || true; done
  "$top/tests/coverage" --collect "$(suite_name)" "$WORK"
  if [ -n "${KEEP:-}" ]; then echo "kept: $WORK"; else rm -rf "$WORK"; fi
}

# suite_name : as tests/run calls the suite that sources this.
suite_name() {
  local name
  name=$(basename "$(dirname "$0")")
  if [ "$name" = tests ]; then basename "$0"; else echo "$name"; fi
}

# attempt COMMAND... : so that a `return` within an `eval` ends the command, and not the test that counts it.
attempt() { "$@"; }

# check TEXT COMMAND... : one test.
check() {
  local text=$1
  shift
  if attempt "$@" >"$WORK/check.out" 2>&1; then
    PASSED=$((PASSED + 1))
    echo "ok      $text"
  else
    FAILED=$((FAILED + 1))
    echo "FAILED  $text"
    sed 's/^/        /' "$WORK/check.out" | tail -n 30
  fi
}

# summary : the suite's last line, and its exit code.
summary() {
  echo "$PASSED passed, $FAILED failed"
  [ "$FAILED" = 0 ] && [ "$PASSED" != 0 ]
}

# needs_jar : builds the product when the suite is run alone on a fresh checkout.
needs_jar() {
  [ -f "$top/target/casemate.jar" ] || "$top/tests/mvn" -q -DskipTests package
}

softhsm_library() {
  local path
  for path in /usr/lib/softhsm/libsofthsm2.so /usr/lib64/pkcs11/libsofthsm2.so /usr/lib64/softhsm/libsofthsm2.so; do
    [ -e "$path" ] && echo "$path" && return
  done
  return 1
}

free_port() {
  /usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# new_site NAME hsm|shamir : a directory $WORK/NAME with token, TLS key and casemate.yaml; sets PORT_NAME.
new_site() {
  local name=$1 seal=$2 dir=$WORK/$1 port
  port=$(free_port)
  mkdir -p "$dir/tokens" "$dir/data"
  chmod 700 "$dir" "$dir/tokens" "$dir/data"
  printf 'directories.tokendir = %s/tokens\nlog.level = ERROR\n' "$dir" >"$dir/softhsm2.conf"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=localhost" \
    -addext "subjectAltName=DNS:localhost,IP:127.0.0.1" -keyout "$dir/tls.key" -out "$dir/tls.pem" 2>/dev/null
  chmod 600 "$dir/tls.key"
  {
    printf 'listener:\n  address: 127.0.0.1\n  port: %s\n  tls_certificate: %s\n  tls_key: %s\n' "$port" "$dir/tls.pem" "$dir/tls.key"
    printf 'storage:\n  path: %s\naudit:\n  file:\n    path: %s\n' "$dir/data" "$dir/audit.log"
    if [ "$seal" = hsm ]; then
      SOFTHSM2_CONF=$dir/softhsm2.conf softhsm2-util --init-token --free --label "$name" --so-pin 12345678 --pin 648219 >/dev/null
      printf '%s' 648219 >"$dir/pin"
      chmod 600 "$dir/pin"
      printf 'seal:\n  type: pkcs11\n  library: %s\n  token_label: %s\n  pin: file://%s\n  key_label: root-key\n  generate_key: true\n' \
        "$(softhsm_library)" "$name" "$dir/pin"
    else
      printf 'seal:\n  type: shamir\n'
    fi
  } >"$dir/casemate.yaml"
  chmod 600 "$dir/casemate.yaml"
  printf '%s' "$port" >"$dir/port"
}

# start_site NAME : starts the real server, waits until it answers; its pid lands in $dir/pid.
start_site() {
  local dir=$WORK/$1 port
  port=$(cat "$dir/port")
  # a signal that was ignored here, as under nohup, would be ignored by the server
  SOFTHSM2_CONF=$dir/softhsm2.conf env --default-signal=HUP "$top/casemate" server --config "$dir/casemate.yaml" \
    >>"$dir/server.log" 2>&1 &
  echo $! >"$dir/pid"
  SERVERS+=("$!")
  for _ in $(seq 200); do
    curl -s -o /dev/null --cacert "$dir/tls.pem" "https://127.0.0.1:$port/v1/sys/seal-status" && return 0
    kill -0 "$(cat "$dir/pid")" 2>/dev/null || break
    sleep 0.1
  done
  echo "the server did not come up:" >&2
  tail -n 30 "$dir/server.log" >&2
  return 1
}

# stop_site NAME [SIGNAL] : stops it and waits.
stop_site() {
  local pid
  pid=$(cat "$WORK/$1/pid")
  kill "-${2:-TERM}" "$pid"
  for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || return 0; sleep 0.1; done
  return 1
}

# api NAME METHOD PATH [BODY] : one request with $TOKEN; prints the body.
api() {
  local dir=$WORK/$1 method=$2 path=$3
  curl -s --cacert "$dir/tls.pem" -X "$method" -H "X-Vault-Token: ${TOKEN:-}" ${4:+--data "$4"} \
    "https://127.0.0.1:$(cat "$dir/port")/v1/$path"
}
