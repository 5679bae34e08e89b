# shellcheck shell=bash disable=SC2016,SC2034,SC2154
# Certificates that the server issued, in the hands of OpenSSL and GnuTLS: chains, revocation lists and real handshakes.
alive || site tls
T=$WORK/tls
mkdir -p "$T"

# authority MOUNT TYPE KEY-JSON : a PKI with a root and a role; the root in $T/MOUNT.ca.
authority() {
  answers 204 '' POST "v1/sys/mounts/$1" --data '{"type":"pki","config":{"max_lease_ttl":"87600h"}}' &&
    answers 200 certificate POST "v1/$1/root/generate/$2" --data '{"common_name":"Root of '"$1"'","ttl":"87600h",'"$3"'}' &&
    value data certificate >"$T/$1.ca" &&
    answers '20[04]' '' POST "v1/$1/roles/web" --data '{"allow_any_name":true,"allow_ip_sans":true,"max_ttl":"720h",'"$3"'}'
}

# issue MOUNT NAME : $T/NAME.crt, .key and .serial, for localhost.
issue() {
  answers 200 private_key POST "v1/$1/issue/web" --data '{"common_name":"localhost","ip_sans":"127.0.0.1","ttl":"24h"}' || return
  value data certificate >"$T/$2.crt" && value data private_key >"$T/$2.key" && value data serial_number >"$T/$2.serial"
}

# handshake MOUNT NAME : openssl serves the certificate, both libraries connect and verify everything.
handshake() {
  local port pid status=0
  port=$(free_port)
  openssl s_server -accept "127.0.0.1:$port" -cert "$T/$2.crt" -key "$T/$2.key" -quiet -www >"$T/s_server.log" 2>&1 &
  pid=$!
  for _ in $(seq 50); do
    (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break
    sleep 0.1
  done
  openssl s_client -connect "127.0.0.1:$port" -CAfile "$T/$1.ca" -verify_return_error -verify_hostname localhost -x509_strict \
    </dev/null 2>&1 | grep 'Verify return code: 0' || status=1
  gnutls-cli --x509cafile "$T/$1.ca" --verify-hostname localhost --port "$port" 127.0.0.1 </dev/null 2>&1 |
    grep 'certificate is trusted' || status=1
  kill "$pid"
  wait "$pid" 2>/dev/null
  return "$status"
}

crl() { answers 200 . GET "v1/$1/crl/pem" && cp "$WORK/body" "$T/$1.crl"; }
openssl_verifies() { openssl verify -x509_strict -crl_check -CAfile "$T/$1.ca" -CRLfile "$T/$1.crl" "$T/$2.crt"; }
certtool_reads() { certtool --verify --load-ca-certificate "$T/$1.ca" --load-crl "$T/$1.crl" --infile "$T/$2.crt" 2>&1 || true; }
certtool_verifies() { certtool_reads "$1" "$2" | grep 'Chain verification output: Verified'; }
certtool_crl() { certtool --verify-crl --load-ca-certificate "$T/$1.ca" --infile "$T/$1.crl" 2>&1 | grep -w Verified; }
revoke() { answers 200 revocation_time POST "v1/$1/revoke" --data '{"serial_number":"'"$(cat "$T/$2.serial")"'"}'; }
revoked() {
  crl "$1" || return
  openssl_verifies "$1" "$2" >"$T/openssl.out" 2>&1 && return 1
  certtool_verifies "$1" "$2" && return 1
  grep -i 'certificate revoked' "$T/openssl.out" && certtool_reads "$1" "$2" | grep -i 'chain is revoked'
}

certificates() {
  local mount=$1
  check "$mount: root and role" authority "$mount" "$2" "$3"
  check "$mount: a certificate for localhost" issue "$mount" "$mount-a"
  check "$mount: openssl s_client and gnutls-cli accept it in a handshake" handshake "$mount" "$mount-a"
  check "$mount: the revocation list" crl "$mount"
  check "$mount: openssl verifies chain and list" openssl_verifies "$mount" "$mount-a"
  check "$mount: certtool verifies the chain" certtool_verifies "$mount" "$mount-a"
  check "$mount: certtool verifies the list" certtool_crl "$mount"
  check "$mount: it is revoked" revoke "$mount" "$mount-a"
  check "$mount: and then both refuse it" revoked "$mount" "$mount-a"
}

certificates pki internal '"key_type":"ec","key_bits":256'
certificates rsa internal '"key_type":"rsa","key_bits":2048'
certificates token kms '"key_type":"ec","key_bits":384'
