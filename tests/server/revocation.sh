# shellcheck shell=bash disable=SC2016,SC2034,SC2154
# Revocation as clients see it over HTTP: OCSP by POST and GET, CRLs with 304, asked by OpenSSL and curl without a token.

site revocation
dir=$WORK/revocation
url=https://127.0.0.1:$(cat "$dir/port")/v1/pki

# issued NAME : a certificate in $dir/NAME.pem; its serial number to stdout.
issued() {
  answers 200 certificate POST v1/pki/issue/web --data '{"common_name":"a.test","ttl":"20h"}' >&2 || return
  value data certificate >"$dir/$1.pem"
  value data serial_number
}
authority() {
  answers 204 '' POST v1/sys/mounts/pki --data '{"type":"pki"}' &&
    answers 200 certificate POST v1/pki/root/generate/internal --data '{"common_name":"revocation","key_type":"ec","ttl":"700h"}' &&
    value data certificate >"$dir/ca.pem" &&
    answers '20[04]' '' POST v1/pki/roles/web --data '{"allow_any_name":true,"key_type":"ec","max_ttl":"24h"}' &&
    issued good >/dev/null && serial=$(issued bad) &&
    answers 200 revoked POST v1/pki/revoke --data '{"serial_number":"'"$serial"'"}'
}
check "revocation: an authority and a revoked certificate" authority

# says STATE FILE : what OpenSSL believes of the answer in $dir/answer.
says() {
  openssl ocsp -issuer "$dir/ca.pem" -cert "$dir/$2.pem" -no_nonce -respin "$dir/answer" -CAfile "$dir/ca.pem" >"$dir/said" 2>&1
  grep -q 'Response verify OK' "$dir/said" && grep -q "$2.pem: $1" "$dir/said" && return
  cat "$dir/said"
  return 1
}
question() { openssl ocsp -issuer "$dir/ca.pem" -cert "$dir/$1.pem" -no_nonce -reqout "$dir/question"; }
posted() {
  question "$2" && curl -sf --cacert "$dir/tls.pem" -H 'Content-Type: application/ocsp-request' \
    --data-binary "@$dir/question" -o "$dir/answer" "$url/ocsp" && says "$1" "$2"
}
# got STATE FILE : by GET, with everything but digits and letters escaped.
got() {
  local path
  question "$2" && path=$(base64 -w0 "$dir/question" | sed 's/+/%2B/g; s|/|%2F|g; s/=/%3D/g') &&
    curl -sf --cacert "$dir/tls.pem" -D "$dir/head" -o "$dir/answer" "$url/ocsp/$path" && says "$1" "$2" &&
    grep -qi '^content-type: application/ocsp-response' "$dir/head" && grep -qi '^etag: "' "$dir/head" &&
    grep -qi '^cache-control: max-age=[0-9]*, public' "$dir/head" && [ "$(grep -ci '^cache-control' "$dir/head")" = 1 ] && return
  cat "$dir/head"
  return 1
}
check "revocation: OCSP by POST, good" posted good good
check "revocation: OCSP by POST, revoked" posted revoked bad
check "revocation: OCSP by GET, good, to be kept by proxies" got good good
check "revocation: OCSP by GET, revoked" got revoked bad

# Base64 as long as a request, in which slashes meet: such a path is read, and no other with two slashes.
slashes() {
  local status long
  long=$(printf 'A%.0s' {1..64})
  for path in "MEIw//$long" "MEIw%2F%2F$long"; do
    status=$(curl -s --path-as-is --cacert "$dir/tls.pem" -o "$dir/answer" -w '%{http_code}' "$url/ocsp/$path")
    openssl ocsp -respin "$dir/answer" -resp_text >"$dir/said" 2>&1
    { [ "$status" = 200 ] && grep -q malformedrequest "$dir/said"; } || return
  done
  TOKEN='' answers 400 'two slashes' GET v1/pki//ocsp/MEIw && TOKEN='' answers 400 'two slashes' GET v1/pki/ocsp/MEIw//AB
}
check "revocation: slashes that meet in a request" slashes

crl() {
  curl -sf --cacert "$dir/tls.pem" -D "$dir/head" -o "$dir/crl" "$url/crl" &&
    openssl crl -in "$dir/crl" -inform DER -CAfile "$dir/ca.pem" -noout -text >"$dir/text" 2>&1
  grep -q "Serial Number: $(tr -d : <<<"${serial^^}")" "$dir/text" || return
  local modified
  modified=$(sed -n 's/^last-modified: \(.*\)\r$/\1/Ip' "$dir/head")
  [ "$(curl -s --cacert "$dir/tls.pem" -H "If-Modified-Since: $modified" -o /dev/null -w '%{http_code}' "$url/crl")" = 304 ]
}
check "revocation: a CRL, and 304 for who has it" crl
check "revocation: stopped" stop
