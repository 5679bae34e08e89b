# shellcheck shell=bash disable=SC2016,SC2034,SC2154
# Logins with client certificates and JSON Web Tokens: the examples of docs/auth as they stand, by the real client.
alive || site logins
L=$WORK/logins.examples
mkdir -p "$L/bin"
ln -sf "$top/casemate" "$L/bin/casemate"

# example NAME : runs the shell blocks of docs/auth/NAME.md; a line that begins with ! must fail.
example() (
  mkdir -p "$L/$1" "$L/home" && cd "$L/$1" || return 1
  awk '/^```sh$/ { on = 1; next } /^```$/ { on = 0 } on' "$top/docs/auth/$1.md" |
    sed 's/^! \(.*\)$/if \1; then echo "not refused" >\&2; exit 9; fi/' >script
  [ "$(wc -l <script)" -gt 10 ] || return 1
  HOME=$L/home PATH=$L/bin:$PATH VAULT_ADDR=https://127.0.0.1:$(cat "$WORK/$SITE/port") VAULT_CACERT=$WORK/$SITE/tls.pem \
    VAULT_TOKEN=$TOKEN CASEMATE_BUILD=never bash -euo pipefail script >out 2>&1 && grep -q '^token_policies' out && return
  cat out
  return 1
)
said() { grep -q "$2" "$L/$1/out" || { cat "$L/$1/out"; return 1; }; }

# by_certificate STATUS PATTERN METHOD PATH [CURL OPTION...] : with the certificate of the example.
by_certificate() { answers "$@" --cert "$L/cert/web.pem" --key "$L/cert/web.key"; }
no_list() { answers 204 '' DELETE v1/auth/cert/crls/client-ca; }
renews_until_revoked() {
  local operator=$TOKEN
  no_list && TOKEN='' by_certificate 200 client_token POST v1/auth/cert/login --data '{"name":"web"}' || return
  TOKEN=$(value auth client_token)
  by_certificate 200 client_token POST v1/auth/token/renew-self &&
    answers 400 'client certificate must be supplied' POST v1/auth/token/renew-self || return
  /usr/bin/python3 -c 'import json, sys; print(json.dumps({"crl": open(sys.argv[1]).read()}))' "$L/cert/ca.crl" >"$L/crl.json"
  mine=$TOKEN TOKEN=$operator
  answers 204 '' POST v1/auth/cert/crls/client-ca --data "@$L/crl.json" || return
  TOKEN=$mine
  by_certificate 400 'it is revoked' POST v1/auth/token/renew-self
  local status=$?
  TOKEN=$operator
  return "$status"
}
audited() {
  grep -c '"path":"auth/cert/login"' "$WORK/$SITE/audit.log" && ! grep -q 'eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9' "$WORK/$SITE/audit.log"
}

check "docs/auth/cert.md: its example works" example cert
check "docs/auth/cert.md: the revoked certificate is told so" said cert 'it is revoked'
check "cert: a renewal needs the certificate, and that it is not revoked" renews_until_revoked
check "docs/auth/jwt.md: its example works" example jwt
check "docs/auth/jwt.md: a token without signature is told so" said jwt 'no known key successfully validated'
check "logins are audited, and no token in clear" audited
