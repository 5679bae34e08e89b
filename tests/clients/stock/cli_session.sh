#!/usr/bin/env bash
# cli_session.sh CLI hsm|shamir ADDRESS : a day with a stock command line, `bao` or `vault`, on a server that was never
# initialised. CA names the server's CA file. One line per check, then "N passed, N failed".
set -uo pipefail
# shellcheck disable=SC2034 # the kind is for the parts
cli=$1 kind=$2 address=$3
here=$(cd "$(dirname "$0")" && pwd)
work=$(cd "$(dirname "$CA")" && pwd)/cli
mkdir -p "$work/home"
cd "$work" || exit 1
export HOME=$work/home VAULT_ADDR=$address BAO_ADDR=$address VAULT_CACERT=$CA BAO_CACERT=$CA
export VAULT_MAX_RETRIES=0 BAO_MAX_RETRIES=0 VAULT_CLI_NO_COLOR=1 BAO_CLI_NO_COLOR=1
unset VAULT_TOKEN BAO_TOKEN VAULT_NAMESPACE BAO_NAMESPACE VAULT_FORMAT BAO_FORMAT
passed=0 failed=0
: "${STOCK_SHOW:=}" # a file that gets every command and its answer

# run COMMAND... : the stock command line, bounded in time; $out and $code hold what it said and how it ended.
run() {
  out=$(timeout 60 "$cli" "$@" </dev/null 2>&1)
  code=$?
  [ -z "$STOCK_SHOW" ] || printf '$ %s  (%s)\n%s\n\n' "$*" "$code" "$out" >>"$STOCK_SHOW"
}

judge() { # judge TEXT WHETHER
  if [ "$2" = 0 ]; then
    passed=$((passed + 1))
    echo "ok      $1"
  else
    failed=$((failed + 1))
    echo "FAILED  $1"
    printf 'exit code %s\n%s\n' "$code" "$out" | sed 's/^/        /' | tail -n 25
  fi
}

# says PATTERN COMMAND... : ends with 0, and its answer has that (a bash pattern of =~).
says() {
  local pattern=$1
  shift
  run "$@"
  [ "$code" = 0 ] && [[ $out =~ $pattern ]]
  judge "$*" $?
}

# refuses CODE PATTERN COMMAND... : ends with that code, and says that.
refuses() {
  local wanted=$1 pattern=$2
  shift 2
  run "$@"
  [ "$code" = "$wanted" ] && [[ $out =~ $pattern ]]
  judge "$* (refused)" $?
}

# opened : waits until the server is unsealed.
opened() {
  for _ in $(seq 50); do
    if "$cli" status >/dev/null 2>&1; then return; fi
    sleep 0.2
  done
}

# has COMMAND... : whether this command line has that command at all.
has() { "$cli" "$@" -h 2>&1 | grep -q '^Usage:'; }

# field NAME COMMAND... : one field of a command's answer, for the next command.
field() {
  local name=$1
  shift
  VAULT_FORMAT=json BAO_FORMAT=json timeout 60 "$cli" "$@" </dev/null 2>/dev/null | /usr/bin/python3 -c 'import functools, json, sys
sys.tracebacklimit = 0
print(functools.reduce(lambda at, name: at[int(name) if isinstance(at, list) else name], sys.argv[1].split("."), json.load(sys.stdin)))' "$name"
}

for part in start tokens kv mounts policies logins leases pki seals agent end; do
  # shellcheck source=/dev/null
  . "$here/cli/$part.sh"
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" != 0 ]
