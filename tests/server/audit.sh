# shellcheck shell=bash disable=SC2016,SC2034,SC2119,SC2120,SC2154
# Audit devices of three kinds at once, to collectors that are real processes: one that hangs holds up nobody, one that dies is
# found again, and no request passes that none recorded.

site audit
D=$WORK/audit
TCP=$(free_port)

# collector KIND ADDRESS NAME : starts one; its lines land in $D/NAME.
collector() {
  /usr/bin/python3 "$top/tests/server/collector.py" "$1" "$2" "$D/$3" &
  SERVERS+=("$!")
  printf '%s' "$!" >"$D/$3.pid"
  for _ in $(seq 50); do
    if [ "$1" = dgram ]; then [ -S "$2" ]; else (: <"/dev/tcp/127.0.0.1/$2") 2>/dev/null; fi && return
    sleep 0.1
  done
  return 1
}
no_collector() {
  kill "$(cat "$D/$1.pid")"
  wait "$(cat "$D/$1.pid")" 2>/dev/null
  true
}

# recorded NAME WORD : the collector or file has it, within half a minute: a device that failed is tried again every 15 seconds.
recorded() {
  for _ in $(seq 300); do
    grep -qF -- "$2" "$D/$1" 2>/dev/null && return
    sleep 0.1
  done
  echo "no $2 in $1:"
  tail -n 2 "$D/$1"
  return 1
}

# quick COMMAND... : takes less than two seconds.
quick() {
  local before=$SECONDS
  "$@" && [ $((SECONDS - before)) -le 2 ]
}

reads() { answers 200 "$CANARY" GET v1/secret/data/canary "$@"; }
both_started() { collector tcp "$TCP" tcp.log && collector dgram "$D/log.sock" syslog.log; }
device() { answers 204 '' PUT "v1/sys/audit/$1" --data "{\"type\":\"$2\",\"options\":{$3}}"; }

check "a collector that is not there is refused" answers 400 'does not take a test entry' PUT v1/sys/audit/tcp \
  --data "{\"type\":\"socket\",\"options\":{\"address\":\"127.0.0.1:$TCP\"}}"
check "collectors start" both_started
check "a socket device is enabled" device tcp socket "\"address\":\"127.0.0.1:$TCP\",\"write_timeout\":\"500ms\""
check "a syslog device is enabled" device syslog syslog "\"address\":\"$D/log.sock\",\"tag\":\"casemate\",\"write_timeout\":\"500ms\""
check "three devices record" reads -H 'X-Correlation-Id: walk-1'
check "the file" recorded audit.log walk-1
check "the collector" recorded tcp.log walk-1
check "syslog, in its form" eval 'recorded syslog.log walk-1 && grep -qE "^<38>[A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8} casemate\[[0-9]+\]: \{" "$D/syslog.log"'
check "no secret in any" eval '! grep -lF -e "$CANARY" -e "$TOKEN" "$D/audit.log" "$D/tcp.log" "$D/syslog.log"'

check "a header is chosen" answers 204 '' POST v1/sys/config/auditing/request-headers/X-Trace --data '{"hmac":true}'
check "and stands in the entries, hashed" eval 'reads -H "X-Trace: tr4ce" && recorded audit.log "\"x-trace\":[\"hmac-sha256:" && ! grep -qF tr4ce "$D/audit.log"'

# A datagram socket that is not read takes a few lines and then blocks whoever writes.
touch "$D/syslog.log.hang"
many() { local i; for i in $(seq 600); do reads >/dev/null || return; done; }
check "a syslog daemon that reads nothing" many
check "is told on health" until_answers 200 '"audit_error": ?"1 of 3 audit devices take no entries: syslog/"' GET v1/sys/health
check "which a strict look takes ill" answers 503 '' GET 'v1/sys/health?strict=true'
check "and holds up nobody" quick reads
check "the others go on" eval 'reads -H "X-Correlation-Id: walk-2" && recorded tcp.log walk-2 && recorded audit.log walk-2'
rm "$D/syslog.log.hang"
check "when it reads again it gets what it missed" recorded syslog.log walk-2
check "and health is well" until_answers 200 '"audit_healthy": ?true' GET 'v1/sys/health?strict=true'
check "both trails are complete, each entry once, in the same order for each request" /usr/bin/python3 -c '
import json, sys
def entries(path):
    lines = [line[line.index("{"):] for line in open(path)]
    return [(e["request"]["id"], e["type"]) for e in map(json.loads, lines)]
file, syslog = entries(sys.argv[1]), entries(sys.argv[2])
file = file[file.index(syslog[1]):]
assert len(syslog) > 1200 and len(set(syslog)) == len(syslog), (len(syslog), len(set(syslog)))
assert set(syslog[1:]) == set(file[: len(syslog) - 1]), set(syslog[1:]) ^ set(file)
for id, kind in syslog[2:]:
    assert kind == "request" or syslog.index((id, "request")) < syslog.index((id, kind))
' "$D/audit.log" "$D/syslog.log"

check "a collector dies" no_collector tcp.log
check "requests go on" quick reads
check "health tells" until_answers 200 'take no entries: tcp/' GET v1/sys/health
check "it comes back" collector tcp "$TCP" tcp.log
check "and is written to again" eval 'reads -H "X-Correlation-Id: walk-3"; recorded tcp.log walk-3'

mv "$D/audit.log" "$D/audit.log.1"
check "after SIGHUP the file is a new one" eval 'hup; sleep 1; reads -H "X-Correlation-Id: walk-4"; recorded audit.log walk-4 && ! grep -q walk-4 "$D/audit.log.1"'

alone() {
  answers 204 '' DELETE v1/sys/audit/file && answers 204 '' DELETE v1/sys/audit/syslog
}
check "the collector is the only device left" alone
touch "$D/tcp.log.hang"
fill_up() { # a collector that reads nothing takes what its kernel takes
  local i body
  body=$(printf 'x%.0s' $(seq 60000))
  for i in $(seq 600); do
    [ "$(ask POST v1/secret/data/big --data "{\"data\":{\"a$i\":\"$body\",\"b\":[$(printf '"y",%.0s' $(seq 3000))1]}}")" = 500 ] && return
  done
  return 1
}
check "when it takes nothing, requests are refused and do not hang" fill_up
rm "$D/tcp.log.hang"
check "and are served again when it does" until_answers 200 "$CANARY" GET v1/secret/data/canary
check "stopped" stop
