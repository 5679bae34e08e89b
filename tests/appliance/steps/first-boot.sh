# shellcheck shell=bash disable=SC2016,SC2034,SC2086,SC2154
# casemate install on the package, until a TLS client takes a certificate.
start=$SECONDS
check "the operator has a token, keys and answers" long '/root/operator'
check "casemate install --answers, without hands" long 'casemate install --answers /root/answers.yaml >/root/install.log 2>&1; status=$?; grep -v "^$" /root/install.log; exit $status' 1800
done=$SECONDS
check "both units run" guest 'systemctl is-active casemate casemate-hsm@primary'
check "each in its domain" guest 'grep -q :casemate_t: "/proc/$(pid casemate)/attr/current" && grep -q :casemate_hsm_t: "/proc/$(pid casemate-hsm@primary)/attr/current"'
check "each as its user, without capabilities, with a filter" guest 'for unit in casemate casemate-hsm@primary; do for want in "CapEff:	0000000000000000" "NoNewPrivs:	1" "Seccomp:	2"; do grep -qx "$want" "/proc/$(pid $unit)/status" || exit 1; done; done; [ "$(stat -c %U "/proc/$(pid casemate)/task")" = root ]; ps -o user= -p "$(pid casemate)" | grep -qx casemate'
check "the root token was revoked, and shown nowhere" guest 'grep -q "root token revoked" /root/install.log && ! grep -E "hv[sb]\.[A-Za-z0-9]{20}" /root/install.log'
check "a holder opens a share" guest 'base64 -d /root/shares/recovery-share-1 | openssl cms -decrypt -inform DER -inkey /root/anna.key -recip /root/anna.pem | grep -qE "^[0-9a-f]{64,}$|^[A-Za-z0-9+/=]{43,}$"'
check "the administrator logs in, and makes somebody who may use engines" long 'login dora "Corr3ct horse battery" &&
  api PUT sys/policies/acl/user "{\"policy\":\"path \\\"pki/*\\\" { capabilities = [\\\"create\\\", \\\"read\\\", \\\"update\\\", \\\"list\\\"] } path \\\"kv/*\\\" { capabilities = [\\\"create\\\", \\\"read\\\", \\\"update\\\", \\\"list\\\"] }\"}" &&
  api PUT auth/userpass/users/uma "{\"password\":\"Uma on this machine\",\"token_policies\":\"admin,user\",\"token_ttl\":\"48h\",\"token_max_ttl\":\"48h\"}" &&
  login uma "Uma on this machine"'
check "a CA and a certificate" long 'api POST sys/mounts/pki "{\"type\":\"pki\"}"; api POST pki/root/generate/internal "{\"common_name\":\"Appliance Root\",\"key_type\":\"ec\",\"ttl\":\"48h\"}" | field certificate | sed "s/\\\\n/\n/g" >/root/ca.pem
  api POST pki/roles/web "{\"allow_any_name\":true,\"key_type\":\"ec\"}" >/dev/null
  api POST pki/issue/web "{\"common_name\":\"tls.test\",\"ttl\":\"1h\"}" >/root/issued
  field certificate </root/issued | sed "s/\\\\n/\n/g" >/root/leaf.pem; field private_key </root/issued | sed "s/\\\\n/\n/g" >/root/leaf.key; openssl verify -CAfile /root/ca.pem /root/leaf.pem'
check "a TLS client takes it" guest 'openssl s_server -accept 9443 -cert /root/leaf.pem -key /root/leaf.key -quiet </dev/null >/dev/null 2>&1 & server=$!; sleep 3; openssl s_client -connect 127.0.0.1:9443 -servername tls.test -verify_hostname tls.test -CAfile /root/ca.pem -verify_return_error -brief </dev/null 2>&1 | grep "Verification: OK"; status=$?; kill $server; exit $status'
figure "casemate install, to its end (emulated)" "$((done - start)) s"
figure "from package to first certificate (emulated)" "$((SECONDS - start + $(cat "$VM/packaged"))) s"
figure "doctor on the machine as it came" "$(guest 'sed -n "s/.*\(score [0-9]* of 100\).*/\1/p" /root/install.log | tail -n 1')"
check "a secret" guest 'api POST sys/mounts/kv "{\"type\":\"kv\",\"options\":{\"version\":\"2\"}}"; api POST kv/data/canary "{\"data\":{\"v\":\"c4nary-in-the-vm\"}}" | grep -q version'
no_denials "from the package to the first certificate"

for unit in casemate casemate-hsm@primary; do
  check "$unit: memory is locked, none in swap" guest "dd if=/dev/zero of=/swap bs=1M count=64 status=none; chmod 600 /swap; mkswap -q /swap 2>/dev/null; swapon /swap 2>/dev/null; [ \$(status $unit VmLck) -ge \$(status $unit VmRSS) ] && [ \$(status $unit VmSwap) = 0 ]"
  figure "$unit: VmRSS, VmLck, VmSwap" "$(guest "echo \$(status $unit VmRSS) kB, \$(status $unit VmLck) kB, \$(status $unit VmSwap) kB")"
  guest "swapoff /swap; rm -f /swap"
  figure "$unit: exposure" "$(guest "systemd-analyze security --no-pager $unit | sed -n 's/.*exposure level for .*: \([0-9.]*\) .*/\1/p'")"
done
