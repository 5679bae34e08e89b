# shellcheck shell=bash disable=SC2016,SC2034,SC2154
# A CA of a bank's kind: root and issuing CA in the HSM under registered keys, a leaf that others verify, limits, and the
# client's commands for CAs.

site pki
P=$WORK/pki
post() { answers "$1" "$2" POST "$3" --data "$4"; }
keep() { value data "$1" >"$P/$2"; }
tool() { # tool COMMAND... : the client, as this site's root
  VAULT_ADDR=https://127.0.0.1:$(cat "$P/port") VAULT_CACERT=$P/tls.pem VAULT_TOKEN=$TOKEN HOME=$P CASEMATE_BUILD=never ./casemate "$@"
}

check "two mounts" eval 'post 204 "" v1/sys/mounts/root "{\"type\":\"pki\",\"config\":{\"max_lease_ttl\":\"87600h\"}}" &&
  post 204 "" v1/sys/mounts/pki "{\"type\":\"pki\",\"config\":{\"max_lease_ttl\":\"43800h\"}}"'
kms='{"common_name":"Bank Root","managed_key_name":"root-ca","ttl":"87600h","max_path_length":1}'
check "a key that nobody registered is refused" post 400 'sys/managed-keys/pkcs11' v1/root/root/generate/kms "$kms"
check "a key is registered; its PIN is not kept" post 200 'PIN was not kept' v1/sys/managed-keys/pkcs11/root-ca \
  '{"library":"","key_label":"root-ca","mechanism":"0x1041","curve":"P384","allow_generate_key":true,"pin":"648219"}'
check "it is shown without a PIN" eval 'answers 200 "allow_generate_key" GET v1/sys/managed-keys/pkcs11/root-ca && ! grep -q 648219 "$WORK/body"'
check "a mount that is not allowed it is refused" post 400 'allowed_managed_keys' v1/root/root/generate/kms "$kms"
check "the mount is allowed it" post 204 '' v1/sys/mounts/root/tune '{"allowed_managed_keys":["root-ca"]}'
check "a root in the HSM" eval 'post 200 certificate v1/root/root/generate/kms "$kms" && keep certificate root.pem && keep key_id root.key'
check "its key is one of the HSM" eval 'answers 200 "\"managed_key_name\": ?\"root-ca\"" GET "v1/root/key/$(cat "$P/root.key")"'
check "the key signs a test" post 204 '' v1/sys/managed-keys/pkcs11/root-ca/test/sign '{}'
check "an issuing CA, made by one command of the client" eval \
  'tool pki issue -type=kms -issuer_name=issuing root/issuer/default pki common_name="Bank Issuing" key_type=ec ttl=43000h permitted_dns_domains=example.com >"$P/issue.out"'
check "it stands below the root, says the client" eval 'tool pki list-intermediates -use_names root/issuer/default | grep -qE "pki/issuer/issuing +true"'
check "a role" post 200 '' v1/pki/roles/web '{"allowed_domains":["example.com"],"allow_subdomains":true,"key_type":"ec","ttl":"24h","issuer_ref":"issuing","lint":"warn"}'
check "a leaf" eval 'post 200 certificate v1/pki/issue/web "{\"common_name\":\"www.example.com\"}" &&
  keep certificate leaf.pem && keep issuing_ca sub.pem'
chain_verifies() {
  openssl verify -x509_strict -purpose sslserver -CAfile "$P/root.pem" -untrusted "$P/sub.pem" "$P/leaf.pem" &&
    cat "$P/leaf.pem" <(echo) "$P/sub.pem" <(echo) "$P/root.pem" >"$P/chain.pem" &&
    certtool --verify-chain --infile "$P/chain.pem"
}
check "OpenSSL and GnuTLS verify the chain" chain_verifies
check "a name outside the CA's constraints is refused" eval 'post 200 "" v1/pki/roles/any "{\"allow_any_name\":true,\"key_type\":\"ec\",\"issuer_ref\":\"issuing\"}" &&
  post 400 name_constraints v1/pki/issue/any "{\"common_name\":\"www.example.org\"}"'
check "the client explains the chain" eval 'tool pki inspect "$P/chain.pem" | grep -q "a root CA, at most 1 CAs below it"'
check "and the server's own certificate" eval 'tool pki inspect "127.0.0.1:$(cat "$P/port")" | grep -q "SHA-256"'
health() { # health CHECK STATUS : that check has that result
  tool pki health-check -format=json "$1" >"$P/health.json"
  /usr/bin/python3 -c 'import json, sys
sys.exit(0 if any(f["status"] == sys.argv[3] for f in json.load(open(sys.argv[1]))[sys.argv[2]]) else 1)' "$P/health.json" "$2" "$3"
}
check "health: the root's key is in hardware" health root hardware_backed_root ok
check "health: a role allows localhost" health pki role_allows_localhost warning
check "health tells by its exit code" eval 'tool pki health-check pki >/dev/null; [ $? = 3 ]'

check "limits are set" post 200 '' v1/pki/config/governor '{"per_name":2,"window":"1h"}'
check "a name has its limit, with Retry-After" eval 'post 200 "" v1/pki/issue/web "{\"common_name\":\"a.example.com\"}" && post 200 "" v1/pki/issue/web "{\"common_name\":\"a.example.com\"}" &&
  answers 429 per_name POST v1/pki/issue/web -D "$P/head" --data "{\"common_name\":\"A.EXAMPLE.com\"}" && grep -qi "^retry-after:" "$P/head"'
check "frozen, nothing is issued" eval 'post 200 "" v1/pki/config/governor "{\"frozen\":true,\"freeze_reason\":\"audit\"}" && post 503 audit v1/pki/issue/web "{\"common_name\":\"b.example.com\"}"'
check "frozen, the CRL is there" answers 200 '' GET v1/pki/issuer/issuing/crl/pem
check "thawed" eval 'post 200 "" v1/pki/config/governor "{\"frozen\":false}" && post 200 "" v1/pki/issue/web "{\"common_name\":\"b.example.com\"}"'

check "headers pass where the mount lets them" post 204 '' v1/sys/mounts/pki/tune '{"passthrough_request_headers":["If-Modified-Since"],"allowed_response_headers":["Last-Modified"]}'
unchanged() {
  answers 200 '' GET v1/pki/issuer/issuing/pem -D "$P/head" || return
  local date
  date=$(grep -i '^last-modified:' "$P/head" | tr -d '\r' | cut -d' ' -f2-)
  [ -n "$date" ] && [ "$(ask GET v1/pki/issuer/issuing/pem -H "If-Modified-Since: $date")" = 304 ]
}
check "who has the certificate is told so" unchanged

mv "$P/tokens" "$P/tokens.away" && mkdir "$P/tokens"
check "stopped, and started without the token: sealed, not gone" eval 'stop; start; sealed_because token'
rmdir "$P/tokens" && mv "$P/tokens.away" "$P/tokens"
check "the token is back: it issues again" eval 'unsealed && until_answers 200 certificate POST v1/pki/issue/web --data "{\"common_name\":\"c.example.com\"}"'
check "the mount loses its key: its root signs no more" eval 'post 204 "" v1/sys/mounts/root/tune "{\"allowed_managed_keys\":[]}" &&
  post 500 allowed_managed_keys v1/root/root/sign-intermediate "{\"csr\":\"$(openssl req -new -newkey ed25519 -nodes -keyout "$P/x.key" -subj /CN=X 2>/dev/null | awk "{printf \"%s\\\\n\", \$0}")\",\"common_name\":\"X\"}"'
check "stopped" stop
