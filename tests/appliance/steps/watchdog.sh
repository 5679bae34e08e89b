# shellcheck shell=bash disable=SC2016,SC2034,SC2086,SC2154
# A server that hangs: stopped by a signal, so that it does not feed its watchdog (5 minutes where QEMU emulates).
check "a server that hangs is killed by the watchdog, and opens again" long 'before=$(pid casemate); kill -STOP "$before"
  for _ in $(seq 700); do [ "$(pid casemate)" = "$before" ] || break; sleep 1; done
  journalctl -b -u casemate --no-pager | grep "Watchdog timeout" && [ "$(pid casemate)" != "$before" ] && until_open 600' 1800
check "with the secret" guest 'api GET kv/data/canary | grep -q c4nary-in-the-vm'
check "it left no core" guest '! ls /var/crash-* /core* 2>/dev/null | grep -v crash-bash'
