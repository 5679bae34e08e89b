# shellcheck shell=bash disable=SC2016,SC2034,SC2086,SC2154
# A PIN that the token refuses is tried once.
check "a refused PIN ends the HSM's unit for good" long '
  cp -p /etc/casemate/credentials/primary.pin /root/right; printf 111111 | systemd-creds encrypt --with-key=host --name=hsm-pin - /etc/casemate/credentials/primary.pin 2>/dev/null
  since=$(date "+%Y-%m-%d %H:%M:%S"); systemctl restart casemate-hsm@primary casemate; for _ in $(seq 300); do systemctl is-failed -q casemate-hsm@primary && break; sleep 1; done
  systemctl show -P ExecMainStatus casemate-hsm@primary | grep -qx 77 || { journalctl -u casemate-hsm@primary --since "$since" --no-pager | tail -n 20; exit 1; }
  journalctl --sync; [ "$(journalctl -u casemate-hsm@primary --since "$since" --no-pager | grep -c "the token refused the PIN")" = 1 ] && [ "$(sealed)" = true ] && api GET sys/seal-status | grep -q CKR_PIN_INCORRECT'
check "while it is sealed, the doctor is told of the seal and of nothing that is in the store" long 'examined; [ "$(verdict seal.healthy)" = failed ] && [ "$(verdict token.root)" = unknown ] && [ "$(verdict audit.devices)" = unknown ]'
check "the right PIN opens it" long 'cp -p /root/right /etc/casemate/credentials/primary.pin; systemctl restart casemate-hsm@primary casemate; until_open 600'
