# shellcheck shell=bash disable=SC2016,SC2034,SC2154
# Input that makes no sense: refused with a clear answer, and nothing changes.

site input

# state : everything a client could have changed.
state() {
  local path
  for path in 'v1/secret/metadata?list=true' v1/secret/metadata/canary v1/secret/config v1/sys/mounts v1/sys/auth v1/sys/audit \
    'v1/sys/policies/acl?list=true' v1/sys/policies/acl/default; do
    ask GET "$path"
    sed -E 's/"request_id": ?"[^"]*"//' "$WORK/body" | tr ',' '\n'
    echo
  done
}

# refused STATUS PATTERN METHOD PATH [CURL OPTION...]
refused() {
  check "refused with $1: $3 $(printf '%.60s' "$4") ${6:+$(printf '%.50s' "$6")}" answers "$@"
}

before=$(state)

# A body that is no JSON, or not the JSON that was asked for.
refused 400 'JSON' POST v1/secret/data/bad --data '{"data":'
refused 400 'JSON' POST v1/secret/data/bad --data '{"data":{}} trailing'
refused 400 'object' POST v1/secret/data/bad --data '[1,2]'
refused 400 'errors' POST v1/secret/data/bad --data '{"data":{"a":1},"data":{"a":2}}'
refused 400 'errors' POST v1/secret/data/bad --data '{"data":{"a":NaN}}'
refused 400 'errors' POST v1/secret/data/bad --data-binary $'{"data":{"a":"\xff\xfe"}}'
refused 400 'data' POST v1/secret/data/bad --data '{"data":5}'
refused 400 'data' POST v1/secret/data/bad --data '{}'
refused 400 'cas' POST v1/secret/data/bad --data '{"data":{},"options":{"cas":"often"}}'
refused 400 'max_versions' POST v1/secret/config --data '{"max_versions":"many"}'
refused 400 'ttl' POST v1/auth/token/create --data '{"ttl":"soon"}'
refused 400 'num_uses' POST v1/auth/token/create --data '{"num_uses":{}}'
refused 400 'type' POST v1/sys/mounts/bad --data '{"type":"nosuch"}'
refused 400 'errors' PUT v1/sys/policies/acl/bad --data '{"policy":"path \"x\" { capabilities = [\"fly\"] }"}'
refused 400 'already' PUT v1/sys/init --data '{"recovery_shares":1,"recovery_threshold":1}'
refused '40[05]' 'errors' POST v1/secret/metadata/canary --data '{"custom_metadata":{"a":{"b":"c"}}}'
printf '{"data":{"a":%s1%s}}' "$(printf '[%.0s' $(seq 5000))" "$(printf ']%.0s' $(seq 5000))" >"$WORK/deep"
refused 400 'errors' POST v1/secret/data/bad --data "@$WORK/deep"
head -c 40000000 /dev/zero | tr '\0' x >"$WORK/huge"
refused 413 'errors' POST v1/secret/data/bad --data-binary "@$WORK/huge"
refused 413 'errors' POST v1/secret/data/bad -H 'Transfer-Encoding: chunked' --http1.1 --data-binary "@$WORK/huge"
rm "$WORK/huge"
check "a field that nothing knows earns a warning" \
  answers 200 'ignored these unrecognized parameters.*colour' POST v1/auth/token/lookup-self --data '{"colour":"red"}'

# Paths: decoded once, and no way around.
for path in v1/secret/data/../../sys/mounts v1/secret/data/%2e%2e/x v1/secret/data/%2E./x v1/./sys/mounts v1//sys/mounts \
  v1/secret//data/canary v1/secret/data/a%00b v1/secret/data/a%0d%0ab v1/secret/data/a%7fb \
  v1/secret/data/%c0%ae%c0%ae/x v1/secret/data/%e2%80%a8; do
  refused 400 'path' GET "$path"
  refused 400 'path' POST "$path" -d '{"data":{"a":"b"}}'
done
refused 400 'path' GET "v1/secret/data/$(printf 'a%.0s' $(seq 5000))"
for version in --http1.1 --http2; do
  refused 400 'errors' GET v1/secret/data/%zz "$version"
  refused 400 'errors' GET 'v1/secret/data/canary%' "$version"
done
refused 404 'errors' GET v2/secret/data/canary
refused 404 'errors' GET ../../../etc/passwd
refused 404 'route' GET v1/nowhere/at/all
refused 404 'Invalid path' GET v1/secret/nothing/here
check "an escaped slash is a slash, once: no second name for a path" answers 200 "$CANARY" GET v1/secret%2fdata%2Fcanary
refused 404 'errors' GET v1/secret%252fdata%252fcanary
refused 405 'errors' PATCH v1/sys/mounts -H 'Content-Type: application/merge-patch+json' -d '{"a":1}'
refused 415 'merge-patch' PATCH v1/secret/data/canary -d '{"data":{"a":1}}'
refused '40[05]' '' BREW v1/secret/data/canary

# raw TEXT : bytes that no client would send, over TLS; the first line of the answer.
raw() {
  /usr/bin/python3 - "$WORK/$SITE/tls.pem" "$(cat "$WORK/$SITE/port")" "$1" <<'PY'
import socket, ssl, sys
context = ssl.create_default_context(cafile=sys.argv[1])
with context.wrap_socket(socket.create_connection(("127.0.0.1", int(sys.argv[2])), 20), server_hostname="localhost") as s:
    s.sendall(sys.argv[3].encode("latin-1").decode("unicode_escape").encode("latin-1"))
    s.settimeout(20)
    print(s.recv(4096).decode("latin-1").split("\r\n")[0])
PY
}
raw_refused() {
  raw "$1" >"$WORK/line" 2>&1
  grep -qE '^HTTP/1.1 4[0-9][0-9]|^$|ConnectionReset|EOF' "$WORK/line" || { cat "$WORK/line"; return 1; }
}
for text in 'GET /v1/secret/data/can\x01ary HTTP/1.1\r\nHost: x\r\n\r\n' 'GET /v1/sys/health\x00 HTTP/1.1\r\nHost: x\r\n\r\n' \
  'GET v1/secret/data/canary HTTP/1.1\r\nHost: x\r\n\r\n' 'GET /v1/sys/health HTTP/9.9\r\nHost: x\r\n\r\n' \
  'POST /v1/secret/data/bad HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n' \
  'POST /v1/secret/data/bad HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n' \
  '\x16\x03\x01\x00\xff nonsense\r\n\r\n'; do
  check "refused: the bytes ${text:0:60}" raw_refused "$text"
done

# Tokens that are not.
root=$TOKEN
forged() { TOKEN=$1 answers 403 'permission denied' GET v1/secret/data/canary; }
check "no token" forged ''
check "a token nobody gave out" forged hvs.AAAAAAAAAAAAAAAAAAAAAAAAAAAA
check "the root token with its last character changed" forged "${root%?}$([ "${root: -1}" = A ] && echo B || echo A)"
check "the root token with one more character" forged "${root}A"
check "the root token in capitals" forged "${root^^}"
check "a token of bytes that are no text" forged $'hvs.\xff\xfe\xfd'
check "a token that is a path" forged '../../root'
# refused before it is all here: the reset that follows may overtake the answer (RFC 9112, 9.6), which who asks again gets
check "a header longer than the limit" until_answers '4[013][0-9]' 'errors' GET v1/secret/data/canary --http1.1 -H "X-Vault-Token: $(printf 'a%.0s' $(seq 60000))"
check "a token of two seconds" answers 200 client_token POST v1/auth/token/create --data '{"ttl":"2s","policies":["root"]}'
short=$(value auth client_token)
check "it works while it lasts" eval 'TOKEN=$short canary'
sleep 2.1
check "expired, it is refused" forged "$short"
check "and cannot be renewed back to life" eval 'TOKEN=$short answers 403 "permission denied" POST v1/auth/token/renew-self'
check "a revoked token is refused" eval 'answers 200 . POST v1/auth/token/create && gone=$(value auth client_token) &&
  answers 204 "" POST v1/auth/token/revoke --data "{\"token\":\"$gone\"}" && forged "$gone"'

# What clients do differently and mean the same.
check "LIST by verb" answers 200 '"keys": ?\["canary"\]' LIST v1/secret/metadata
check "LIST by verb, with a slash" answers 200 '"keys": ?\["canary"\]' LIST v1/secret/metadata/
check "LIST by ?list=true" answers 200 '"keys": ?\["canary"\]' GET 'v1/secret/metadata?list=true'
check "LIST of nothing is 404 with an empty list" answers 404 '"errors": ?\[\]' LIST v1/secret/metadata/none
check "help explains a path" answers 200 '"help"' GET 'v1/secret/data/canary?help=1'
check "help explains a mount" answers 200 '"help"' GET 'v1/sys/mounts?help=true'

same_state() { diff <(printf '%s\n' "$before") <(state); }
check "nothing of all this changed anything" same_state
check "the process is the same, and the secret is readable" eval 'alive && canary'
no_bugs() { ! grep -nE 'met a bug|Exception' "$WORK/$SITE/server.log"; }
check "and none of it was a bug in the log" no_bugs
