# shellcheck shell=bash disable=SC2016,SC2034,SC2154
# systemd's own judgement of the units, in a root with the package's files, and what they must never lose.
UNITS=$WORK/units
mkdir -p "$UNITS"/etc/systemd/system "$UNITS"/usr/{bin,sbin,libexec/casemate/hardening} "$UNITS/bin"
cp systemd/casemate* "$UNITS/etc/systemd/system/"
for unit in /lib/systemd/system/*.target; do cp "$unit" "$UNITS/etc/systemd/system/"; done
for program in /usr/libexec/casemate/java /usr/libexec/casemate/aot /usr/libexec/casemate/hardening/harden /usr/bin/casemate /usr/sbin/nft /bin/kill; do
  install -m 755 /bin/true "$UNITS$program"
done
score() { systemd-analyze security --offline=true "$1" | sed -n 's/.*exposure level for .*: \([0-9.]*\) .*/\1/p'; }
at_most() { systemd-analyze security --offline=true --threshold="$1" "$2"; }
with() { # UNIT DROP-IN : the unit with it, as systemd reads it
  local dir=$WORK/with unit=${1##*/}
  rm -rf "$dir" && mkdir -p "$dir/$unit.d"
  cp "$1" "$dir/$unit" && cp "$2" "$dir/$unit.d/"
  cat "$1" "$2" >"$dir/merged-$unit"
  echo "$dir/merged-$unit"
}
says() { grep -qx "$2" "systemd/$1"; }

for unit in systemd/casemate*; do
  name=${unit##*/}
  check "$name: systemd finds nothing wrong" eval 'out=$(systemd-analyze verify --man=no --root="$UNITS" "/etc/systemd/system/$name" 2>&1) && [ -z "$out" ] || { echo "$out"; false; }'
done
check "exposure of the server: 1.3 at most" at_most 13 systemd/casemate.service
check "with its networks named: 1.2" eval 'at_most 12 "$(with systemd/casemate.service systemd/networks.conf)"'
check "exposure of the HSM's process: 0.4 at most" at_most 4 systemd/casemate-hsm@.service
for kind in softhsm tpm usb pcie network; do
  case $kind in softhsm) most=4 ;; tpm | usb | pcie) most=7 ;; network) most=14 ;; esac
  check "with an HSM of kind $kind: at most $most tenths" eval 'at_most $most "$(with systemd/casemate-hsm@.service systemd/hsm/$kind.conf)"'
done
check "a unit without a sandbox would not pass" eval 'printf "[Service]\nExecStart=/bin/true\n" >"$WORK/bare.service"; ! at_most 13 "$WORK/bare.service"'
for unit in casemate.service casemate-hsm@.service; do
  for line in LimitCORE=0 LimitMEMLOCK=infinity MemorySwapMax=0 NoNewPrivileges=yes CapabilityBoundingSet= StartLimitIntervalSec=0 KeyringMode=private; do
    check "$unit: $line" says $unit "$line"
  done
done
for line in TimeoutStartSec=5min PrivateDevices=yes; do check "the doctor, who is root and opens users' files: $line" says casemate-doctor.service "$line"; done
check "a refused PIN is not tried again by systemd" says casemate-hsm@.service RestartPreventExitStatus=77
check "the watchdog kills without a core" says casemate.service WatchdogSignal=SIGKILL
check "the PIN comes encrypted, to the HSM's process alone" eval 'grep -q ^LoadCredentialEncrypted= systemd/casemate-hsm@.service && ! grep -q Credential systemd/casemate.service'
check "the packet filter is there before the network" eval 'grep -q "^Before=.*network-pre.target" systemd/casemate-firewall.service && grep -qx DefaultDependencies=no systemd/casemate-firewall.service'
# boots DISTRIBUTION : whether a boot with its own packet filter and both of ours enabled has an order
boots() {
  local units=$UNITS/etc/systemd/system out
  case $1 in
    debian) printf '[Unit]\nWants=network-pre.target\nBefore=network-pre.target shutdown.target\nConflicts=shutdown.target\nDefaultDependencies=no\n\n[Service]\nType=oneshot\nExecStart=/usr/sbin/nft\n\n[Install]\nWantedBy=sysinit.target\n' ;;
    fedora) printf '[Unit]\nWants=network-pre.target\nBefore=network-pre.target\n\n[Service]\nType=oneshot\nExecStart=/usr/sbin/nft\n\n[Install]\nWantedBy=multi-user.target\n' ;;
  esac >"$units/nftables.service"
  systemctl --root="$UNITS" -q enable nftables.service casemate-firewall.service casemate-harden.service casemate.service || return
  out=$(systemd-analyze verify --man=no --root="$UNITS" /etc/systemd/system/multi-user.target 2>&1)
  systemctl --root="$UNITS" -q disable nftables.service casemate-firewall.service casemate-harden.service casemate.service
  rm "$units/nftables.service"
  [ -z "$out" ] || { echo "$out" && return 1; }
}
for distribution in debian fedora; do check "with the packet filter of $distribution, which flushes, ours comes later, without a cycle" boots $distribution; done
cycle_seen() { # whether it would notice a filter that the system's initialisation waits for
  local out
  sed -i 's/^Before=network-pre/Before=sysinit.target network-pre/' "$UNITS/etc/systemd/system/casemate-firewall.service"
  out=$(boots fedora)
  cp systemd/casemate-firewall.service "$UNITS/etc/systemd/system/"
  [[ $out == *'ordering cycle'* ]] || { echo "$out" && return 1; }
}
check "a cycle would be seen" cycle_seen
for unit in casemate-firewall.service casemate-harden.service; do check "$unit: after the ruleset of the distribution" eval 'grep -q "^After=.*nftables\.service" systemd/$unit'; done
check "erasing the package leaves no link to an HSM's unit" eval '
  systemctl --root="$UNITS" -q enable casemate-hsm@primary.service && [ -L "$UNITS/etc/systemd/system/casemate.service.wants/casemate-hsm@primary.service" ] &&
  command=$(sed -n "s/^ *systemctl --no-reload \(disable casemate-hsm@.*\) || :$/\1/p" packaging/casemate.spec) && [ -n "$command" ] && systemctl --root="$UNITS" -q $command &&
  [ ! -L "$UNITS/etc/systemd/system/casemate.service.wants/casemate-hsm@primary.service" ]'
# opened_by_hsm LINE : whether an upgrade takes a configuration with that line for one whose HSM opens it again
opened_by_hsm() {
  local command
  command=$(sed -n 's|^ *if \(grep -Eq .*\) /etc/casemate/casemate.yaml .*|\1|p' packaging/casemate.spec)
  [ -n "$command" ] && printf '%s\n' "$1" | eval "$command"
}
for line in 'type: pkcs11' '  - type: "pkcs11"' "seals: [{name: a, type: 'pkcs11'}]" 'seal: {type: pkcs11}'; do
  check "an upgrade restarts a server with the seal $line" opened_by_hsm "$line"
done
for line in '# type: pkcs11' 'type: shamir # type: pkcs11' 'keytype: pkcs11'; do check "and none with $line" eval '! opened_by_hsm "$line"'; done
echo "        exposure: server $(score systemd/casemate.service), HSM's process $(score systemd/casemate-hsm@.service)"
