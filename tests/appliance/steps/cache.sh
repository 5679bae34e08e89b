# shellcheck shell=bash disable=SC2016,SC2034,SC2086,SC2154
# The start-up cache, made on the machine for its Java.
check "the start-up cache is made" long 'systemctl unmask -q casemate-aot.service; systemctl daemon-reload; systemctl start casemate-aot.service || { journalctl -b -u casemate-aot -n 40 --no-pager; exit 1; }
  ls -la /var/cache/casemate && grep -q AOTCache /var/cache/casemate/environment' 2400
check "once for one Java" long 'before=$(stat -c %Y /var/cache/casemate/server.aot); systemctl start casemate-aot.service && [ "$(stat -c %Y /var/cache/casemate/server.aot)" = "$before" ]'
check "and used" long 'systemctl restart casemate && until_open 600 && grep -q server.aot "/proc/$(pid casemate)/maps"'
figure "from the unit's start to listening, with the cache (emulated)" "$(guest 'journalctl -b -u casemate -o short-monotonic --no-pager | sed -n "s/^\[ *\([0-9.]*\)\].*\(Starting\|listening on\).*/\1/p" | tail -n 2 | paste -s -d- | sed "s/\(.*\)-\(.*\)/\2-\1/" | awk -F- "{ print \$1 - \$2 }"') s"
no_denials "until the cache was used"
