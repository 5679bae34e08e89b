# shellcheck shell=bash disable=SC2016,SC2034,SC2086,SC2154
# What stands around the server: the doctor's timer, the kernel's audit rules, rotation of the audit file.
check "the doctor's timer is on" guest 'systemctl is-enabled casemate-doctor.timer && systemctl is-active casemate-doctor.timer'
check "without a token it knows of seal, tokens and audit" long 'examined; for id in seal.healthy seal.device seal.shares seal.emergency hsm.keys token.root audit.devices audit.failing tls.direct; do v=$(verdict $id); echo "$id $v"; [ "$v" = ok ] || exit 1; done'
check "and finds nothing fatal" guest 'systemctl show -P ExecMainStatus casemate-doctor | grep -qx 1 && ! systemctl is-failed -q casemate-doctor'
figure "doctor by its timer's unit, before any hardening" "score $(guest score) of 100, $(guest 'sed -n "s/^ *\"unknown\": *\([0-9]*\).*/\1/p" /root/doctor.json | head -n 1') unknown"
check "another user is not answered" guest 'chmod 711 /run/casemate; chmod 666 /run/casemate/doctor; out=$(setpriv --reuid=nobody --regid=nogroup --clear-groups casemate doctor -only=token.root -format=json 2>&1); chmod 700 /run/casemate; chmod 600 /run/casemate/doctor; echo "$out"; grep -q "hung up" <<<"$out" && journalctl -b -u casemate --no-pager | grep -q "nobody asked"'
check "the kernel has the package's audit rules" guest 'augenrules --load >/dev/null; auditctl -l | grep -cE "(key=|-k )casemate-" | grep -qx "$(grep -c ^-a /etc/audit/rules.d/50-casemate.rules)" || { auditctl -l; exit 1; }'
check "and records who touches the configuration" guest 'touch /etc/casemate/touched; rm /etc/casemate/touched; sleep 2; ausearch -k casemate-config -ts recent 2>/dev/null | grep -q touched'
check "the audit file is rotated in logrotate's domain" long 'before=$(stat -c %i /var/log/casemate/audit.log); as logrotate_t /usr/sbin/logrotate -f /etc/logrotate.d/casemate || exit 1
  api GET kv/data/canary >/dev/null; sleep 3; api GET kv/data/canary >/dev/null; ls -la /var/log/casemate; [ -s /var/log/casemate/audit.log.1 ] && [ -s /var/log/casemate/audit.log ] && [ "$(stat -c %i /var/log/casemate/audit.log)" != "$before" ]'
check "and the server was told, instead of finding out" guest '! journalctl -b -u casemate --no-pager | grep "was deleted or replaced"'
check "systemctl reload reaches the server" guest 'before=$(pid casemate); systemctl reload casemate && [ "$(pid casemate)" = "$before" ] && [ "$(sealed)" = false ]'
no_denials "by the doctor and the rotation"
