# shellcheck shell=bash disable=SC2016,SC2034,SC2086,SC2154
# Sourced by tests/appliance/full: reboot, power cut, refused PIN, a server that hangs.
check "the machine is rebooted" eval '$vm/stop && boot'
check "and the server unseals without hands" long 'until_open 300'
figure "from power-on to unsealed (emulated)" "$(boot_time) s"
check "with the secret" guest 'api GET kv/data/canary | grep -q c4nary-in-the-vm'
check "SELinux denied nothing in this boot" guest '! denials'

T=120 guest 'i=0; while :; do i=$((i + 1)); api POST kv/data/row "{\"data\":{\"n\":\"$i\"}}" | grep -q created_time && echo $i; done' >"$WORK/acknowledged" 2>/dev/null &
writer=$!
sleep 40
check "the power is cut while it writes" $vm/stop -9
wait "$writer"
last=$(tail -n 1 "$WORK/acknowledged")
check "some writes were acknowledged" test "${last:-0}" -gt 3
check "it boots" boot
check "and unseals" long 'until_open 300'
check "nothing acknowledged is lost" guest "found=\$(api GET kv/data/row | sed -n 's/.*\"n\": *\"\([0-9]*\)\".*/\1/p'); echo found \$found of $last; [ \"\$found\" -ge $last ]"
figure "power cut: acknowledged, found" "$last, $(guest "api GET kv/data/row | sed -n 's/.*\"n\": *\"\([0-9]*\)\".*/\1/p'")"

check "a refused PIN ends the HSM's unit for good" long '
  cp -p /etc/casemate/credentials/primary.pin /root/right; printf 111111 | systemd-creds encrypt --with-key=host --name=hsm-pin - /etc/casemate/credentials/primary.pin 2>/dev/null
  systemctl restart casemate-hsm@primary casemate; for _ in $(seq 120); do systemctl is-failed -q casemate-hsm@primary && break; sleep 1; done
  systemctl show -P ExecMainStatus casemate-hsm@primary | grep -qx 77 && systemctl show -P NRestarts casemate-hsm@primary | grep -qx 0 && [ "$(sealed)" = true ] && api GET sys/seal-status | grep -q CKR_PIN_INCORRECT'
check "the right PIN opens it" long 'cp -p /root/right /etc/casemate/credentials/primary.pin; systemctl restart casemate-hsm@primary casemate; until_open 300'
check "a server that hangs is killed by the watchdog, and opens again" long 'before=$(pid casemate); kill -STOP "$before"; for _ in $(seq 90); do [ "$(pid casemate)" = "$before" ] || break; sleep 1; done; journalctl -b -u casemate --no-pager | grep -q "Watchdog timeout" && until_open 300'
check "the start-up cache is made" long 'systemctl unmask -q casemate-aot.service; systemctl daemon-reload; systemctl start casemate-aot.service && ls -la /var/cache/casemate && grep -q AOTCache /var/cache/casemate/environment' 900
check "and used" long 'systemctl restart casemate && until_open 300 && grep -q server.aot "/proc/$(pid casemate)/maps"'
check "SELinux denied nothing in this boot" guest '! denials'
