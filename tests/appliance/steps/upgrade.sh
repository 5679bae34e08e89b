# shellcheck shell=bash disable=SC2016,SC2034,SC2086,SC2154
# Another version of the package and of its SELinux policy, over a server that runs; and back.
replace() { # VERSION RPM...
  check "version $1 replaces the one that runs, and starts both processes anew" long 'mountpoint -q /cargo || { mkdir -p /cargo && mount -o ro LABEL=cargo /cargo; }
    server=$(pid casemate) hsm=$(pid casemate-hsm@primary); rpm -U --oldpackage --nodeps '"${*:2}"' || exit 1
    rpm -q casemate casemate-selinux; [ "$(rpm -q casemate casemate-selinux | grep -c -- "-'"$1"'-")" = 2 ] && [ "$(pid casemate)" != "$server" ] && [ "$(pid casemate-hsm@primary)" != "$hsm" ]' 1800
  check "it opens without hands" long 'until_open 600'
  check "each process in its domain" guest 'grep -q :casemate_t: "/proc/$(pid casemate)/attr/current" && grep -q :casemate_hsm_t: "/proc/$(pid casemate-hsm@primary)/attr/current"'
  check "the policy has the module" long 'semodule -lfull | grep -E "^200 casemate +pp"'
  check "the secret is there" guest 'api GET kv/data/canary | grep -q c4nary-in-the-vm'
}
replace 0.2.0 "/cargo/next/*.rpm"
replace 0.1.0 "/cargo/*.rpm"
no_denials "by an upgrade and a downgrade"
