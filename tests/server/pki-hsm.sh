# shellcheck shell=bash disable=SC2016,SC2034,SC2154
# A CA whose key is in the HSM, while the HSM gives no sessions: its process and its library go on, and sign nothing. What needs a
# signature is told to come back, everything else goes on, and when there are sessions again nobody has to do anything. Then a
# CRL that is too long for a token in one piece.
# shellcheck source=tests/hsm/outage.sh
. tests/hsm/outage.sh

SITE=pkihsm
new_site pkihsm hsm
H=$WORK/pkihsm
post() { answers "$1" "$2" POST "$3" --data "$4"; }
issued() { post 200 certificate v1/pki/issue/kept "{\"common_name\":\"$1.example.com\",\"ttl\":\"1h\"}" && value data certificate >"$H/$1.pem" && value data serial_number >"$H/$1.serial"; }
revoked() { post 200 revocation_time v1/pki/revoke "{\"serial_number\":\"$(cat "$H/$1.serial")\"}"; }
fetched() { curl -sf --cacert "$H/tls.pem" -o "$H/$2" "https://127.0.0.1:$(cat "$H/port")/v1/pki/$1"; }
# listed NAME FILE : a CRL that others take from this CA has that certificate.
listed() {
  openssl crl -in "$H/$2" -inform DER -CAfile "$H/ca.pem" -noout -verify -text >"$H/text" 2>&1 && grep -q 'verify OK' "$H/text" &&
    grep -qi "Serial Number: $(tr -d : <"$H/$1.serial")" "$H/text"
}
# asked NAME PATTERN : what OCSP says of it.
asked() {
  openssl ocsp -issuer "$H/ca.pem" -cert "$H/$1.pem" -no_nonce -reqout "$H/question" &&
    curl -sf --cacert "$H/tls.pem" -H 'Content-Type: application/ocsp-request' --data-binary "@$H/question" -o "$H/answer" \
      "https://127.0.0.1:$(cat "$H/port")/v1/pki/ocsp" &&
    { openssl ocsp -respin "$H/answer" -issuer "$H/ca.pem" -cert "$H/$1.pem" -CAfile "$H/ca.pem" >"$H/said" 2>&1 || true; } &&
    { grep -i "$2" "$H/said" || { cat "$H/said" && return 1; }; }
}

check "pki-hsm: a module that misbehaves when told" fault_module
check "pki-hsm: a fresh server behind it" eval 'start && found'
check "pki-hsm: a CA with its key in the HSM" hsm_ca
check "pki-hsm: its certificate" fetched ca/pem ca.pem
check "pki-hsm: a role that keeps certificates" post 200 '' v1/pki/roles/kept '{"allow_any_name":true,"key_type":"ec","ttl":"20h"}'
check "pki-hsm: three certificates, one of them revoked" eval 'issued a && issued b && issued c && revoked a'
check "pki-hsm: it is on the CRL" eval 'fetched crl before.crl && listed a before.crl'
check "pki-hsm: OCSP knows it, and another one" eval 'asked a "a.pem: revoked" && asked b "b.pem: good"'
broker=$(broker_pids)
answers 200 '' LIST v1/pki/certs && cp "$WORK/body" "$H/certs"

rule $C_OPEN_SESSION $CKR_SESSION_COUNT 0 0 $ALWAYS
rule $C_SIGN_INIT $CKR_SESSION_HANDLE_INVALID 0 0 $ALWAYS
check "no sessions: issuing without a record is told to come back" hsm_refuses
check "no sessions: so is issuing with one" eval 'answers 503 "HSM: " POST v1/pki/issue/kept --data "{\"common_name\":\"d.example.com\"}" -D "$WORK/headers" && grep -qi "^retry-after: [1-9]" "$WORK/headers"'
check "no sessions: revoking goes on" revoked b
check "no sessions: the last CRL is served" eval 'fetched crl during.crl && cmp "$H/before.crl" "$H/during.crl"'
check "no sessions: OCSP gives the answer that it has" asked a "a.pem: revoked"
check "no sessions: OCSP has none for what it was never asked" asked c "trylater"
check "no sessions: and none that is no longer true" asked b "trylater"
check "no sessions: certificates are read" eval 'answers 200 "BEGIN CERTIFICATE" GET "v1/pki/cert/$(cat "$H/a.serial")" && answers 200 "" GET v1/pki/ca/pem'
check "no sessions: secrets are served" canary
check "no sessions: the HSM's process is the same" test "$(broker_pids)" = "$broker"
check "no sessions: nothing was issued" eval 'answers 200 "" LIST v1/pki/certs && [ "$(grep -o : "$WORK/body" | wc -l)" = "$(grep -o : "$H/certs" | wc -l)" ]'

heal
check "sessions again: it issues" until_answers 200 certificate POST v1/pki/issue/kept --data '{"common_name":"e.example.com"}'
check "sessions again: the CRL has what was revoked meanwhile" eval 'for _ in $(seq 50); do fetched crl after.crl && listed b after.crl && return; sleep 0.2; done; return 1'
check "sessions again: OCSP says so too" eval 'asked b "b.pem: revoked" && asked c "c.pem: good"'
check "sessions again: no certificate is there that nobody was given" eval '! answers 200 keys LIST v1/pki/certs/revoked || [ "$(/usr/bin/python3 -c "import json,sys; print(len(json.load(open(sys.argv[1]))[\"data\"][\"keys\"]))" "$WORK/body")" = 2 ]'
check "pki-hsm: stopped" stop

# 14,000 revocations are more than half a mebibyte: a CRL is streamed then, and the token signs its hash.
# shellcheck source=.config/jdk.sh
. .config/jdk.sh
filled() {
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$H/x.key" -subj /CN=x.example.com -out "$H/x.csr" 2>/dev/null &&
    TOKEN=$(cat "$H/token") SOFTHSM2_CONF=$H/softhsm2.conf "$JAVA_HOME/bin/java" -Xmx512m --enable-native-access=ALL-UNNAMED \
      --sun-misc-unsafe-memory-access=allow -cp "target/test-classes:target/classes:$(printf '%s:' target/lib/*.jar)" \
      io.casemate.bootstrap.FillPki "$H/casemate.yaml" pki/sign/kept "$H/x.csr" 14000 14000 2>&1 | grep 14,000
}
check "long CRL: 14,000 certificates of the HSM, all revoked" filled
check "long CRL: the server starts on them" eval 'start && unsealed'
long() {
  fetched crl long.crl && [ "$(wc -c <"$H/long.crl")" -gt 524288 ] && listed a long.crl &&
    [ "$(grep -c 'Serial Number' "$H/text")" = 14002 ] &&
    fetched crl/pem long.pem && certtool --verify-crl --load-ca-certificate "$H/ca.pem" --infile "$H/long.pem"
}
check "long CRL: OpenSSL and GnuTLS verify it" long
check "long CRL: OpenSSL finds a certificate on it, and another not" eval \
  '! openssl verify -crl_check -CRLfile "$H/long.pem" -CAfile "$H/ca.pem" "$H/a.pem" && openssl verify -crl_check -CRLfile "$H/long.pem" -CAfile "$H/ca.pem" "$H/c.pem"'
check "pki-hsm: stopped" stop
