# shellcheck shell=bash disable=SC2016,SC2034,SC2154
# The package: the same bytes twice, no complaint of rpmlint, installed into a root of its own, verified, changed, upgraded, erased.
RPMS=$WORK/rpms ROOT=$WORK/root
SELINUXTYPE=$(sed -n 's/^SELINUXTYPE=//p' /etc/selinux/config 2>/dev/null)
export SELINUXTYPE=${SELINUXTYPE:-default}

build_rpms() { packaging/build "$1" >"$WORK/rpmbuild.log" 2>&1 || { tail -n 20 "$WORK/rpmbuild.log" && return 1; }; }
verify() { in_root -V --nodeps casemate || :; } # its exit code is for scripts; what it says is looked at
in_root() { rpm --root "$ROOT" "$@"; }
# A root with the few programs that the scriptlets call, and Java where the distribution has it.
fresh_root() {
  local program library
  rm -rf "$ROOT"
  mkdir -p "$ROOT"/{usr/bin,usr/sbin,usr/lib,usr/lib64,etc,dev,proc,tmp,var/lib/rpm}
  ln -s usr/bin usr/lib usr/lib64 usr/sbin "$ROOT"
  for program in sh bash getent groupadd useradd grep cat readlink dirname mkdir install sha256sum flock awk tac rm cp sort mv rmdir; do
    program=$(PATH=$PATH:/usr/sbin type -P "$program")
    install -D "$program" "$ROOT/usr/bin/${program##*/}"
    ldd "$program" 2>/dev/null | grep -oE '/[^ ]+\.so[^ ]*' | while read -r library; do install -D "$library" "$ROOT$library"; done
  done
  for library in /lib/*/libnss_files.so.2 /lib64/libnss_files.so.2; do [ ! -e "$library" ] || install -D "$library" "$ROOT$library"; done
  touch "$ROOT/etc/passwd" "$ROOT/etc/group" "$ROOT/etc/shadow" "$ROOT/etc/gshadow"
  printf 'root:x:0:0::/:/bin/sh\n' >"$ROOT/etc/passwd"
  printf 'root:x:0:\n' >"$ROOT/etc/group"
  printf 'passwd: files\ngroup: files\n' >"$ROOT/etc/nsswitch.conf"
  [ -e "$ROOT/dev/null" ] || mknod -m 666 "$ROOT/dev/null" c 1 3
  in_root --initdb
}
same_bytes() { cmp "$RPMS"/casemate-0*.rpm "$WORK"/again/casemate-0*.rpm && cmp "$RPMS"/casemate-selinux-*.rpm "$WORK"/again/casemate-selinux-*.rpm; }
mode() { stat -c '%a' "$ROOT$1"; }
owner() { in_root -q --qf '[%{FILENAMES} %{FILEUSERNAME}:%{FILEGROUPNAME}\n]' casemate | sed -n "s|^$1 ||p"; }

check "the package is built" build_rpms "$RPMS"
check "a second time, byte for byte the same" eval 'build_rpms "$WORK/again" && same_bytes'
check "rpmlint has nothing to say" eval 'rpmlint -c packaging/rpmlint.toml "$RPMS"/*.rpm | grep -q " 0 errors, 0 warnings"'
check "the manual pages are well-formed" eval 'for page in target/packaging-help/man/*.1; do mandoc -Tlint -Wwarning "$page" || return 1; done'
check "there is one for each command" eval '[ "$(ls target/packaging-help/man | wc -l)" -gt 20 ]'
check "bash takes the completion" bash -n target/packaging-help/bash
check "and zsh takes its own" zsh -n target/packaging-help/zsh
fresh_root
check "it installs, and its scriptlets make the users" eval 'in_root -i --nodeps "$RPMS"/casemate-0*.rpm && grep -q ^casemate-hsm: "$ROOT/etc/passwd" && grep -q ^casemate: "$ROOT/etc/passwd"'
check "what is installed is what was packaged" eval '[ -z "$(verify)" ]'
check "a changed jar is found" eval 'echo >>"$ROOT/usr/share/casemate/casemate.jar"; verify | grep -q "^S.5.*casemate.jar"'
check "a store that others may enter is found" eval 'chmod 755 "$ROOT/var/lib/casemate"; verify >"$WORK/verified"; chmod 700 "$ROOT/var/lib/casemate"; grep -q "^.M.* /var/lib/casemate$" "$WORK/verified"'
check "store, token, audit and credentials are nobody else's" eval '[ "$(mode /var/lib/casemate) $(mode /var/lib/casemate-hsm) $(mode /var/log/casemate) $(mode /etc/casemate/credentials)" = "700 700 700 700" ]'
check "and belong to whom they should" eval '[ "$(owner /var/lib/casemate) $(owner /var/lib/casemate-hsm) $(owner /etc/casemate/tls)" = "casemate:casemate casemate-hsm:casemate-hsm root:casemate" ]'
check "the program is root's, and nobody else writes it" eval '[ -z "$(find "$ROOT"/usr/share/casemate "$ROOT"/usr/libexec/casemate "$ROOT"/usr/lib/casemate "$ROOT"/usr/bin/casemate \( -not -user 0 -o -perm /022 \) -not -type l)" ]'
check "JNA's native part is there, and is a library" eval 'readelf -h "$ROOT/usr/lib/casemate/libjnidispatch.so" | grep -q "DYN"'
check "the list of parts names the libraries" eval 'grep -q "\"mapdb\"" "$ROOT/usr/share/casemate/sbom.cdx.json" && grep -q CycloneDX "$ROOT/usr/share/casemate/sbom.cdx.json"'
check "sysusers.d names the same users" eval 'systemd-sysusers --root="$ROOT" casemate.conf && grep -c "^casemate" "$ROOT/etc/passwd" | grep -qx 2'
check "the polkit rule for pcscd lets the HSM's user in, to both" eval 'rule=$ROOT/usr/share/casemate/hsm/pcscd-polkit.rules; grep -q access_pcsc "$rule" && grep -q access_card "$rule" && grep -q "subject.user == \"casemate-hsm\"" "$rule"'
check "tmpfiles.d is understood" systemd-tmpfiles --root="$ROOT" --create casemate.conf
printf 'listener: kept\n' >"$ROOT/etc/casemate/casemate.yaml"
printf 'data' >"$ROOT/var/lib/casemate/entries.mv"
printf 'CASEMATE_HARDEN=swap\n' >"$ROOT/etc/casemate/hardening.conf"
check "an upgrade" eval 'VERSION=0.2.0 build_rpms "$WORK/next" && in_root -U --nodeps "$WORK"/next/casemate-0*.rpm && [ "$(in_root -q casemate)" = "casemate-0.2.0-1.$(uname -m)" ]'
kept() { [ "$(cat "$ROOT/var/lib/casemate/entries.mv")" = data ] && grep -q kept "$ROOT/etc/casemate/casemate.yaml" && { [ "${1:-}" = erased ] || grep -q swap "$ROOT/etc/casemate/hardening.conf"; }; }
check "keeps configuration and data" kept
check "and mends the jar" eval '! verify | grep casemate.jar'
check "a downgrade keeps them too" eval 'in_root -U --oldpackage --nodeps "$RPMS"/casemate-0*.rpm && kept'
mkdir -p "$ROOT/run" && printf '[Unit]\n' >"$ROOT/usr/lib/systemd/system/sshd.service"
check "hardened, and nobody confirms" "$ROOT/usr/libexec/casemate/hardening/harden" --root "$ROOT" --apply ssh core
check "erased: the program is gone" eval 'in_root -e --nodeps casemate >"$WORK/erased" 2>&1 && [ ! -e "$ROOT/usr/share/casemate/casemate.jar" ] && [ ! -e "$ROOT/usr/bin/casemate" ]'
check "the machine is not left closed" eval '[ ! -L "$ROOT/etc/systemd/system/sshd.service" ] && [ ! -e "$ROOT/etc/systemd/system/casemate-harden-revert-ssh.timer" ]'
check "what stays applied is told" eval 'grep -q "stay applied: core\." "$WORK/erased"'
check "data and configuration are not" kept erased
check "a changed configuration file is set aside" grep -q swap "$ROOT/etc/casemate/hardening.conf.rpmsave"
check "installed anew, it finds them again" eval 'in_root -i --nodeps "$RPMS"/casemate-0*.rpm && kept erased'
echo "        package: $(stat -c %s "$RPMS"/casemate-0*.rpm) bytes"
