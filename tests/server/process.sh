# shellcheck shell=bash disable=SC2016,SC2034,SC2154
# The process among others: its audit file, a second server, its configuration, and where secrets must not be.
alive || site process
audit=$WORK/$SITE/audit.log
log=$WORK/$SITE/server.log

# Audit: deleted, full, healed.
check "the audit file is there" test -s "$audit"
rm "$audit"
sleep 1.1
check "deleted: the next request is still served" canary
check "a new audit file holds it" grep -q secret/data/canary "$audit"
check "owner-only" test "$(stat -c %a "$audit")" = 600
check "and the log says so" grep -q 'deleted or replaced' "$log"

# A disk that is full: a device that says so where one can be made (root), else a folder in the file's place.
rm "$audit"
mknod "$audit" c 1 7 2>/dev/null || mkdir "$audit"
sleep 1.1
check "nothing is read that cannot be audited" answers '50[03]' 'errors' GET v1/secret/data/canary
check "nothing is written that cannot be audited" answers '50[03]' 'errors' POST v1/secret/data/unaudited --data '{"data":{"a":"b"}}'
check "the status is still told" answers 200 '"sealed": ?false' GET v1/sys/seal-status
rm -d "$audit"
sleep 1.1
check "with space again requests are served, by themselves" until_answers 200 "$CANARY" GET v1/secret/data/canary
check "the refused write has not happened" answers 404 'errors' GET v1/secret/data/unaudited
check "and the audit file goes on" grep -q secret/data/canary "$audit"

# A second server.
check "a second server on the same data is refused" does_not_start 'another process has this store open'
check "the first one does not mind" canary
mkdir -m 700 "$WORK/$SITE/other"
sed "s|path: $WORK/$SITE/data|path: $WORK/$SITE/other|" "$WORK/$SITE/casemate.yaml" >"$WORK/$SITE/other.yaml"
check "a second server on the same port is refused" does_not_start 'in use' "$WORK/$SITE/other.yaml"
check "in one line, without the stack below it" eval '! grep -q BindException "$WORK/refusal"'
dev_leaves_nothing() {
  mkdir -p "$WORK/tmp" && ! TMPDIR=$WORK/tmp "$top/casemate" dev --nosuch && ! TMPDIR=$WORK/tmp "$top/casemate" dev --data &&
    ! TMPDIR=$WORK/tmp "$top/casemate" dev --once --port "$(cat "$WORK/$SITE/port")" && [ -z "$(ls -A "$WORK/tmp")" ]
}
check "casemate dev leaves nothing behind where it does not start" dev_leaves_nothing
dev_once() {
  local said
  said=$(TMPDIR=$WORK/tmp "$top/casemate" dev --once --port 0) || return 1
  echo "$said"
  [[ $said == *'TLS client accepted it'* && $said != *export* ]] && [ -z "$(ls -A "$WORK/tmp")" ]
}
check "nor where it stopped after the certificate, and exports nothing that is gone" dev_once

# Configuration.
check_config() { "$top/casemate" server --config "$1" --check-config; }
check "--check-config likes the right one" check_config "$WORK/$SITE/casemate.yaml"
bad=$WORK/$SITE/bad.yaml
sed -e 's/port: .*/port: many/' -e 's/^storage:/storge:/' -e 's/token_label:/tokenlabel:/' "$WORK/$SITE/casemate.yaml" >"$bad"
bad_config() {
  local status=0 line
  check_config "$bad" >"$WORK/problems" 2>&1 || status=$?
  cat "$WORK/problems"
  [ "$status" = 1 ] || return
  for line in "$(grep -n 'port: many' "$bad")" "$(grep -n '^storge:' "$bad")" "$(grep -n 'tokenlabel:' "$bad")"; do
    grep -q "bad.yaml:${line%%:*}" "$WORK/problems" || return
  done
  grep -q 'storage' "$WORK/problems" && grep -q 'token_label' "$WORK/problems"
}
check "--check-config says all that is wrong, each with file and line" bad_config
missing=$WORK/$SITE/missing.yaml
sed -e 's|tls_key: .*|tls_key: /nowhere/tls.key|' -e 's|path: .*/audit.log|path: /nowhere/audit.log|' \
  -e "s|path: $WORK/$SITE/data|path: /nowhere/data|" "$WORK/$SITE/casemate.yaml" >"$missing"
missing_files() {
  local status=0 line
  check_config "$missing" >"$WORK/problems" 2>&1 || status=$?
  cat "$WORK/problems"
  [ "$status" = 1 ] || return
  for line in /nowhere/tls.key 'audit.file.path: there is no directory /nowhere' 'storage.path: there is no directory /nowhere/data'; do
    grep -qF "$line" "$WORK/problems" || return
  done
}
check "nor likes files that are not there, all told at once" missing_files
check "a server does not start with it" does_not_start 'bad.yaml:[0-9]+' "$bad"
check "nor without its file" does_not_start 'error: ' "$WORK/$SITE/none.yaml"
printf 'listener: [\n\tx' >"$bad"
check "nor with one that is no YAML" does_not_start 'bad.yaml' "$bad"
unknown_argument() { ! "$top/casemate" server "$@" >"$WORK/refusal" 2>&1 && grep -q -- "^error: $wanted; casemate server -h tells more" "$WORK/refusal"; }
wanted='a server to try things on is casemate dev' check "nor with an argument that it does not know" unknown_argument -dev
wanted='--config needs a value' check "nor without the name of its file" unknown_argument -config

# Secrets, and where they are not.
check "one more token" answers 200 client_token POST v1/auth/token/create
child=$(value auth client_token)
canaries() { printf '%s\n' "$CANARY" "$TOKEN" "$child" "$(cat "$WORK/$SITE/recovery")"; }
nowhere_in() { ! grep -qaF -f <(canaries) "$@"; }
no_pin_in() { ! grep -qaE '(^|[^0-9])648219([^0-9]|$)' "$@"; }
pid=$(cat "$WORK/$SITE/pid")
check "no token, share or secret in the log" nowhere_in "$log"
check "none in the audit file" nowhere_in "$audit"
check "none in arguments and environment" nowhere_in "/proc/$pid/cmdline" "/proc/$pid/environ"
check "none in the data directory" nowhere_in -r "$WORK/$SITE/data"
check "no PIN in log, audit, arguments, environment" no_pin_in "$log" "$audit" "/proc/$pid/cmdline" "/proc/$pid/environ"
check "what the server writes is for its owner only" eval '[ -z "$(find "$WORK/$SITE/data" -perm /077)" ]'
check "stopped" stop
