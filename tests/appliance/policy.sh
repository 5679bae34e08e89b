# shellcheck shell=bash disable=SC2016,SC2034,SC2154
# SELinux module, AppArmor profile, firewall: accepted by their compilers, and the SELinux policy asked what it allows.
STORE=$WORK/selinux
name=$(sed -n 's/^SELINUXTYPE=//p' /etc/selinux/config 2>/dev/null)
name=${name:-default}
install_module() { # PP... : into a copy of this machine's policy
  rm -rf "$STORE" && mkdir -p "$STORE/etc/selinux" "$STORE/var/lib/selinux"
  cp -a "/etc/selinux/$name" "$STORE/etc/selinux/" && cp /etc/selinux/semanage.conf "$STORE/etc/selinux/" && cp -a "/var/lib/selinux/$name" "$STORE/var/lib/selinux/"
  semodule -n -p "$STORE" -s "$name" -i "$@"
}
# A policy of somebody else's that uses our interfaces.
example() {
  mkdir -p "$WORK/example" && cp selinux/casemate.{te,if,fc} "$WORK/example/"
  cat >"$WORK/example/casemate_example.te" <<'POLICY'
policy_module(casemate_example, 1.0.0)
type casemate_example_t;
domain_type(casemate_example_t)
casemate_read_log(casemate_example_t)
casemate_manage_tls(casemate_example_t)
POLICY
  make -s -C "$WORK/example" -f /usr/share/selinux/devel/Makefile NAME="$name" TYPE=mcs casemate_example.pp
}
compiled() { find "$STORE/etc/selinux/$name/policy" -name 'policy.*' | head -n 1; }
path_type() { matchpathcon -n -f "$STORE/etc/selinux/$name/contexts/files/file_contexts" "$1" 2>/dev/null | cut -d: -f3; }

check "the SELinux module compiles" selinux/build "$WORK/module" "$name" mcs
check "it gives attributes to types alone, as RHEL's interfaces of these names do" eval '! grep -nE "^(kernel_read_system_state|logging_send_syslog_msg|corenet_all_recvfrom_unlabeled)\(casemate_domain\)" selinux/casemate.te && ! grep -nP "^\tcorenet_all_recvfrom_unlabeled" selinux/casemate.te'
check "its interfaces compile" example
check "and link into the base policy with it" install_module "$WORK/module/casemate.pp" "$WORK/example/casemate_example.pp"
/usr/bin/python3 tests/appliance/selinux.py "$(compiled)" >"$WORK/properties"
while read -r verdict text; do
  case $verdict in ok | FAILED) check "$text" test "$verdict" = ok ;; esac
done <"$WORK/properties"
check "all properties were asked, the interfaces' too" eval 'grep -q "casemate_manage_tls()" "$WORK/properties" && tail -n 1 "$WORK/properties" | grep -qE "^[0-9]{2,} passed"'
for pair in /var/lib/casemate/entries.mv=casemate_var_lib_t /var/lib/casemate-hsm/tokens=casemate_hsm_var_lib_t \
  /etc/casemate/casemate.yaml=casemate_conf_t /etc/casemate/tls/server.key=casemate_tls_t /etc/casemate/credentials/primary.pin=casemate_cred_t \
  /etc/casemate/hsm/softhsm2.conf=casemate_hsm_conf_t /var/log/casemate/audit.log=casemate_log_t /run/casemate-hsm/primary/socket=casemate_hsm_runtime_t; do
  check "${pair%=*} is ${pair#*=}" test "$(path_type "${pair%=*}")" = "${pair#*=}"
done
sed 's/^fs_associate(casemate_var_lib_t)/files_type(casemate_var_lib_t)/' selinux/casemate.te >"$WORK/loose.te"
check "a store with the usual file attribute would be noticed" eval '
  cp -r selinux "$WORK/loose" && cp "$WORK/loose.te" "$WORK/loose/casemate.te" && "$WORK/loose/build" "$WORK/loosened" "$name" mcs &&
  install_module "$WORK/loosened/casemate.pp" && ! /usr/bin/python3 tests/appliance/selinux.py "$(compiled)"'
check "the AppArmor profiles compile" apparmor_parser -Q -K apparmor/casemate
check "nothing is executed under AppArmor either" eval '! grep -qE "^ +[^#]*[ /*}][a-z]*[iPCUu]?x[a-z]*,$" <(grep -v deny apparmor/casemate)'
sed 's/"casemate-hsm"/65533/g; s/"casemate"/65534/g' packaging/files/casemate.nft >"$WORK/nft"
check "the firewall's rules load" unshare -n nft -f "$WORK/nft"
check "twice too" eval 'cat "$WORK/nft" "$WORK/nft" | unshare -n nft -f -'
check "they say what they should" eval 'unshare -n sh -c "nft -f $WORK/nft && nft list ruleset" >"$WORK/ruleset" && grep "tcp dport 8200 counter packets 0 bytes 0 drop" "$WORK/ruleset"'
check "and are not those of the hardening point firewall" eval 'unshare -n sh -c "nft -f $WORK/nft && nft \"table inet casemate; delete table inet casemate\" && nft list table inet casemate_clients" | grep -q "tcp dport 8200"'
check "firewalld's file is well-formed" /usr/bin/python3 -c 'import sys, xml.etree.ElementTree as t; t.parse(sys.argv[1])' packaging/files/firewalld.xml
