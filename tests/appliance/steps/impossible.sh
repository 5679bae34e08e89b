# shellcheck shell=bash disable=SC2016,SC2034,SC2086,SC2154
# What must not be possible, tried for real. Each has its control: the same where it is possible.
check "root does not list the store" guest '! ls /var/lib/casemate'
check "nor reads it" guest '! cat /var/lib/casemate/entries.mv >/dev/null && ! cp /var/lib/casemate/entries.mv /root/'
check "nor removes it" guest '! rm -f /var/lib/casemate/entries.mv'
check "nor the token's files" guest '! ls /var/lib/casemate-hsm'
check "nor does root in another service's domain" guest 'as initrc_t /bin/ls / && ! as initrc_t /bin/ls /var/lib/casemate'
check "the HSM's process does not read the store" guest '! as casemate_hsm_t -p User=casemate /bin/ls /var/lib/casemate && as casemate_t -p User=casemate /bin/ls /var/lib/casemate'
check "nor the server the token, its PIN, or passwords" guest '! as casemate_t -p User=casemate-hsm /bin/ls /var/lib/casemate-hsm && as casemate_hsm_t -p User=casemate-hsm /bin/ls /var/lib/casemate-hsm && ! as casemate_t /bin/cat /etc/casemate/credentials/primary.pin && ! as casemate_t /bin/cat /etc/shadow'
check "the server starts no program" guest '! as casemate_t /usr/bin/env true && as initrc_t /usr/bin/env true'
check "nor is a shell ever in its domain" guest '! as casemate_t /bin/bash -c : && as initrc_t /bin/bash -c :'
check "it does not write what is installed" guest '! as casemate_t /bin/touch /usr/share/casemate/x && ! as casemate_t /bin/touch /etc/casemate/x && ! as casemate_t /bin/touch /usr/bin/x && [ ! -e /usr/share/casemate/x ]'
check "nor over its audit file, which it only extends" guest 'log=/var/log/casemate/audit.log; ! as casemate_t -p User=casemate /usr/bin/tee $log && ! as casemate_t -p User=casemate /bin/rm -f $log && as casemate_t -p User=casemate /usr/bin/tee -a $log && [ -s $log ]'
check "nor does it reach other machines" guest '! as casemate_t /usr/bin/curl -s --max-time 5 http://127.0.0.1:9999/; sleep 2; ausearch -m AVC -ts recent 2>/dev/null | grep name_connect | grep -q casemate_t'
check "the server's own user does not look into it" guest '! setpriv --reuid=casemate --regid=casemate --clear-groups head -c 1 "/proc/$(pid casemate)/environ" && ! setpriv --reuid=casemate --regid=casemate --clear-groups gdb -q -batch -p "$(pid casemate)" -ex quit 2>&1 | grep -q "^0x"'
check "nobody traces once ptrace_scope is 3, not even root" guest 'sysctl -qw kernel.yama.ptrace_scope=3 && gdb -q -batch -p "$(pid casemate)" -ex quit 2>&1 | grep -qE "ptrace: Operation not permitted|Could not attach"'
check "jcmd takes no heap dump, not even for root" guest '! /usr/lib/jvm/jre-25-openjdk/bin/jcmd "$(pid casemate)" GC.heap_dump /root/heap && [ ! -e /root/heap ]'
check "a crash leaves no core, not even through a pipe" long '
  printf "#!/bin/bash\ncat >/var/crash-\$1\n" >/usr/local/sbin/catch; chmod 755 /usr/local/sbin/catch; rm -f /var/crash-*
  echo "|/usr/local/sbin/catch %e" >/proc/sys/kernel/core_pattern
  bash -c "kill -ABRT \$\$" || :; sleep 2; ls -la /var/crash-bash || { echo "the control left none"; setenforce 0; bash -c "kill -ABRT \$\$" || :; sleep 2; setenforce 1; ls -la /var/crash-bash || exit 1; }
  before=$(pid casemate); setenforce 0; kill -ABRT "$before"; kill -ABRT "$(pid casemate-hsm@primary)"; sleep 5; setenforce 1; ls /var/crash-* ; [ "$(ls /var/crash-* | wc -l)" = 1 ]'
check "and the server is back, unsealed, without hands" long 'until_open 300; [ "$(systemctl show -P NRestarts casemate)" -ge 1 ]'
check "with the secret" guest 'api GET kv/data/canary | grep -q c4nary-in-the-vm'
