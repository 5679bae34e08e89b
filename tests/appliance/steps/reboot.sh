# shellcheck shell=bash disable=SC2016,SC2034,SC2086,SC2154
# A reboot, with nobody's hands.
check "the machine is rebooted" eval '$vm/stop && boot'
check "and the server unseals without hands" long 'until_open 600'
figure "from power-on to unsealed (emulated)" "$(boot_time) s"
check "with the secret" guest 'api GET kv/data/canary | grep -q c4nary-in-the-vm'
no_denials "from a reboot to unsealed"
