# shellcheck shell=bash disable=SC2016,SC2034,SC2086,SC2154
# The same machine with every point of the hardening, by the same answers with one line more; then a boot.
check "casemate install again, with the points" long '
  sed -i "s|^#\{0,1\}CASEMATE_CLIENTS=.*|CASEMATE_CLIENTS=\"10.1.0.0/16\"|" /etc/casemate/hardening.conf
  grep -q ^hardening /root/answers.yaml || echo "hardening: [swap, memlock, limits, core, ptrace, kexec, kernel, time, audit, history, ssh, firewall]" >>/root/answers.yaml
  casemate install --answers /root/answers.yaml >/root/again.log 2>&1; status=$?; grep -v "^$" /root/again.log; exit $status' 1800
check "what was done is not done again" guest 'grep -q "revoke  *done before" /root/again.log && grep -q "init  *done before" /root/again.log'
check "what could lock out has a net, which waits" guest 'for point in ssh firewall; do systemctl show -P SubState casemate-harden-revert-$point.timer | grep -qx waiting || { systemctl status --no-pager casemate-harden-revert-$point.timer; exit 1; }; done'
check "what could lock out is confirmed" long '/usr/libexec/casemate/hardening/harden --confirm ssh firewall'
check "and has no net any more" guest '! ls /etc/systemd/system/casemate-harden-revert-* && ! systemctl is-active -q casemate-harden-revert-ssh.timer casemate-harden-revert-firewall.timer'
check "no login over the network, and the packet filter, before a boot" guest '! systemctl is-active -q ssh && [ "$(readlink /etc/systemd/system/ssh.service)" = /dev/null ] && nft list table inet casemate | grep -q "policy drop"'
check "the machine is rebooted" eval '$vm/stop && boot'
check "the hardening is applied at the boot" long 'for _ in $(seq 120); do systemctl is-active -q casemate-harden && break; sleep 1; done; systemctl is-active casemate-harden || { journalctl -b -u casemate-harden --no-pager; exit 1; }'
check "all points hold" long '/usr/libexec/casemate/hardening/harden --check --configured'
check "and the server unseals" long 'until_open 600; api GET kv/data/canary | grep -q c4nary-in-the-vm'
check "the packet filter drops what is not named" guest 'nft list table inet casemate | grep -q "policy drop"'
check "and did so before there was a network" guest 'systemctl is-active casemate-firewall.service && loaded=$(systemctl show -P ExecMainExitTimestampMonotonic casemate-firewall) && network=$(systemctl show -P ActiveEnterTimestampMonotonic network-pre.target) && echo "$loaded $network" && [ "$loaded" -gt 0 ] && [ "$loaded" -le "$network" ]'
check "no login over the network" guest '! systemctl is-active -q ssh && ! ss -ltn | grep ":22 "'
check "nobody traces, not even root" guest 'gdb -q -batch -p "$(pid casemate)" -ex quit 2>&1 | grep -qE "ptrace: Operation not permitted|Could not attach"'
check "the doctor agrees" long 'examined; systemctl show -P ExecMainStatus casemate-doctor; for id in memory.swap core.pattern kernel.ptrace network.firewall host.watch; do v=$(verdict $id); echo "$id $v"; done; ! systemctl is-failed -q casemate-doctor'
figure "doctor on the hardened machine" "score $(guest score) of 100"
guest 'tr -d "\n" </root/doctor.json | sed "s/{/\n{/g" | grep -v "\"verdict\": *\"ok\"" | grep -v not-applicable | sed -n "s/.*\"id\": *\"\([^\"]*\)\".*\"verdict\": *\"\([^\"]*\)\".*\"evidence\": *\"\([^\"]*\)\".*/not good: \1 \2: \3/p"'
no_denials "on the hardened machine"
