# shellcheck shell=bash disable=SC2016,SC2034,SC2086,SC2154
# The same machine under AppArmor in SELinux's place. Nothing of this boot stays: what it writes would have no SELinux label.
check "it boots with AppArmor" eval '{ ! runs || $vm/stop; } && LSM=apparmor SNAPSHOT=1 boot'
check "the kernel takes the profiles" guest 'apparmor_parser -r /usr/share/casemate/apparmor/casemate && grep -E "^casemate(-hsm)? \(enforce\)" /sys/kernel/security/apparmor/profiles'
check "both processes run in them, and the server unseals" long 'systemctl restart casemate-hsm@primary casemate; until_open 600; for unit in casemate casemate-hsm@primary; do cat "/proc/$(pid $unit)/attr/current"; done; grep -qx "casemate (enforce)" "/proc/$(pid casemate)/attr/current" && grep -qx "casemate-hsm (enforce)" "/proc/$(pid casemate-hsm@primary)/attr/current"'
check "it reads and writes" guest 'api POST kv/data/armoured "{\"data\":{\"v\":\"1\"}}" | grep -q version && api GET kv/data/canary | grep -q c4nary-in-the-vm'
check "it is told to read its configuration again" guest 'before=$(pid casemate); systemctl reload casemate && [ "$(pid casemate)" = "$before" ] && [ "$(sealed)" = false ]'
check "the doctor is answered" long 'casemate doctor -only=token.root -only=audit.devices'
check "nothing was denied" guest '! journalctl -b --no-pager | grep "apparmor=\"DENIED\"" | grep -v "label not found" | grep casemate'
check "in the server's profile there is no shell, no password file, no token" guest 'for deed in "/bin/cat /etc/shadow" "/bin/sh -c /bin/true" "/bin/ls /var/lib/casemate-hsm"; do ! aa-exec -p casemate -- $deed || exit 1; done; aa-exec -p unconfined -- /bin/cat /etc/shadow >/dev/null'
figure "AppArmor" "both profiles enforced, server unsealed and used, $(guest 'journalctl -b --no-pager | grep "apparmor=\"DENIED\"" | grep casemate | grep -vcE "comm=\"(cat|sh|ls)\""') denials"
$vm/stop -9
