# shellcheck shell=bash
# Sourced in the guest by what tests/appliance/full runs there.
CA=/etc/casemate/tls/server.pem
api() { # METHOD PATH [BODY]
  curl -s --max-time 60 --cacert "$CA" -H "X-Vault-Token: $(cat /root/token 2>/dev/null)" -X "$1" \
    "https://127.0.0.1:8200/v1/$2" ${3:+--data "$3"}
}
pid() { systemctl show -P MainPID "$1"; }
sealed() { api GET sys/seal-status | sed -n 's/.*"sealed": *\([a-z]*\).*/\1/p'; }
# until_open SECONDS : waits until the server is unsealed
until_open() {
  local end=$((SECONDS + $1))
  until [ "$(sealed)" = false ]; do
    [ $SECONDS -lt $end ] || { api GET sys/seal-status; journalctl -u casemate -n 20 --no-pager; return 1; }
    sleep 1
  done
}
field() { sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p"; }
# login NAME PASSWORD : the token, into /root/token
login() {
  rm -f /root/token
  api POST "auth/userpass/login/$1" "{\"password\":\"$2\"}" | field client_token >/root/token.new
  test -s /root/token.new && mv /root/token.new /root/token
}
# denials : what SELinux denied to our domains, or of our files to others; root's rpm is none to look into the store
denials() {
  ausearch -m AVC,USER_AVC,SELINUX_ERR -ts boot 2>/dev/null | grep 'avc:' | grep casemate | grep -v 'comm="rpm"'
}
# denied_since TIME : the same, from a moment on (ausearch's two words)
denied_since() { # shellcheck disable=SC2086
  ausearch -m AVC,USER_AVC,SELINUX_ERR -ts $1 2>/dev/null | grep 'avc:' | grep casemate
}
# as DOMAIN COMMAND... : root in that domain, its exit code
as() {
  local domain=$1
  shift
  systemd-run --wait -q -p SELinuxContext="system_u:system_r:$domain:s0" "$@"
}
status() { sed -n "s/^$2:[^0-9]*\([0-9]*\).*/\1/p" "/proc/$(pid "$1")/status"; }
# examined : what the doctor's unit finds now, as JSON, in /root/doctor.json
examined() {
  local since
  since=$(date '+%Y-%m-%d %H:%M:%S')
  systemctl start casemate-doctor.service
  journalctl --sync
  journalctl -u casemate-doctor -o cat --since "$since" --no-pager | sed -n '/^{/,/^}/p' >/root/doctor.json
  test -s /root/doctor.json
}
score() { sed -n 's/^ *"score": *\([0-9]*\).*/\1/p' /root/doctor.json; }
# verdict ID : of one check
verdict() { tr -d '\n' </root/doctor.json | sed 's/"id":/\n&/g' | sed -n "s/^\"id\": *\"$1\".*\"verdict\": *\"\([a-z-]*\)\".*\"title.*/\1/p"; }
