# shellcheck shell=bash disable=SC2016,SC2034,SC2154
# A restart: nobody is needed, and everything is still there. After SIGTERM and after SIGKILL.
alive || site restart

check "a PKI to lose" eval 'answers 204 "" POST v1/sys/mounts/kept --data "{\"type\":\"pki\"}" &&
  answers 200 certificate POST v1/kept/root/generate/internal --data "{\"common_name\":\"kept\",\"key_type\":\"ec\",\"ttl\":\"700h\"}" &&
  answers 204 "" POST v1/kept/roles/web --data "{\"allow_any_name\":true,\"key_type\":\"ec\",\"ttl\":\"1h\"}" ||
  answers 200 . GET v1/kept/roles/web'
check "a certificate" answers 200 private_key POST v1/kept/issue/web --data '{"common_name":"kept.test"}'
serial=$(value data serial_number)
check "a token" answers 200 client_token POST v1/auth/token/create --data '{"policies":["default"],"ttl":"1h"}'
child=$(value auth client_token)
check "a policy" answers 204 '' PUT v1/sys/policies/acl/kept --data '{"policy":"path \"kept/*\" { capabilities = [\"read\"] }"}'

all_there() {
  unsealed && canary && answers 200 "$serial" LIST v1/kept/certs && answers 200 'kept/\*' GET v1/sys/policies/acl/kept &&
    answers 200 'BEGIN CERTIFICATE' GET "v1/kept/cert/$serial" && TOKEN=$child answers 200 default GET v1/auth/token/lookup-self
}

# exits_cleanly : SIGTERM, and the exit code is 0.
exits_cleanly() {
  local pid status=0
  pid=$(cat "$WORK/$SITE/pid")
  kill -TERM "$pid"
  wait "$pid" || status=$?
  echo "exit code $status"
  [ "$status" = 0 ]
}

check "all of it is there" all_there
check "SIGTERM ends it with exit code 0" exits_cleanly
check "it starts again" start
check "it has unsealed itself and everything is there" all_there
check "killed" stop_site "$SITE" KILL
check "it starts again" start
check "it has unsealed itself and everything is there" all_there
check "sealed by hand" answers 204 '' POST v1/sys/seal
check "it stays sealed until the recovery share is given" eval 'sleep 1; answers 503 sealed GET v1/secret/data/canary'
check "the recovery share opens it" answers 200 '"sealed": ?false' POST v1/sys/unseal --data "{\"key\":\"$(cat "$WORK/$SITE/recovery")\"}"
check "and everything is there" all_there
