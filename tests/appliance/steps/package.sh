# shellcheck shell=bash disable=SC2016,SC2034,SC2086,SC2154
# The package and its SELinux policy, onto a machine as a distribution leaves it.
export CARGO=$WORK/cargo
mkdir -p "$CARGO"
SELINUXTYPE=default packaging/build "$CARGO" >"$WORK/build.log" 2>&1 || { tail "$WORK/build.log" && exit 1; }
VERSION=0.2.0 SELINUXTYPE=default packaging/build "$CARGO/next" >"$WORK/build.log" 2>&1 || { tail "$WORK/build.log" && exit 1; }
cp tests/appliance/guest/* "$CARGO"
figure "package, and its SELinux policy" "$(stat -c %s "$CARGO"/casemate-0*.rpm), $(stat -c %s "$CARGO"/casemate-selinux-*.rpm) bytes"
check "the machine boots" boot
check "SELinux is enforcing" $vm/run 'test "$(getenforce)" = Enforcing'
$vm/run 'mkdir -p /cargo && mount -o ro LABEL=cargo /cargo; cp /cargo/lib.sh /cargo/operator /root/
  for unit in casemate casemate-hsm@; do mkdir -p /etc/systemd/system/$unit.service.d
    printf "[Service]\nTimeoutStartSec=30min\nEnvironment=CASEMATE_JAVA_OPTIONS=-XX:TieredStopAtLevel=1\n" >/etc/systemd/system/$unit.service.d/emulated.conf; done
  echo WatchdogSec=5min >>/etc/systemd/system/casemate.service.d/emulated.conf
  systemctl mask -q casemate-aot.service 2>/dev/null'
start=$SECONDS
check "the package installs" long 'rpm -i --nodeps /cargo/casemate-selinux-*.rpm && rpm -i --nodeps /cargo/casemate-0*.rpm'
check "what is installed is what was packaged" guest '[ -z "$(rpm -V --nodeps casemate | grep -v " /var/lib/casemate")" ]'
packaged=$((SECONDS - start))
figure "package installed (emulated)" "$packaged s"
echo "$packaged" >"$VM/packaged"
