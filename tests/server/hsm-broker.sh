# shellcheck shell=bash disable=SC2016,SC2034,SC2154
# The HSM's library crashes, hangs and comes back, in the real server's own HSM process, under load. The server stays unsealed,
# serves what needs no HSM, and answers 503 with Retry-After for what does, until five seconds after the library is well.
broker_is() { [ "$(broker_pids | wc -l)" = 1 ]; }

# outage TEXT FUNCTION DELAY_MS HOW : the library misbehaves for some seconds, and is well again.
outage() {
  local text=$1 before
  before=$(refused)
  event cut
  rule "$2" 0 "$3" "$4" "$ALWAYS"
  check "$text: requests that need the HSM are told to come back" eval 'for _ in 1 2 3; do hsm_refuses && return; done; return 1'
  check "$text: the server is unsealed" answers 200 '"sealed": ?false' GET v1/sys/seal-status
  check "$text: secrets are served" canary
  sleep 1
  heal
  event back
  check "$text: over, the HSM works again" until_answers 200 certificate POST v1/pki/issue/short --data '{"common_name":"a.test","ttl":"1h"}'
  check "$text: clients noticed" test "$(refused)" -gt "$before"
  sleep 5.2
}

printf "  call_timeout: 2s\n" >"$H/seal.part"
sed -i "/^seal:/r $H/seal.part" "$H/casemate.yaml"
check "a server whose calls may take two seconds" eval 'start && canary_opens'
TOKEN=$(cat "$H/token")
check "its HSM has a process of its own" broker_is
check "the PIN is in no argument and no variable of it" eval '! tr "\0" "\n" <"/proc/$(broker_pids)/cmdline" | grep -q 648219 && ! tr "\0" "\n" <"/proc/$(broker_pids)/environ" | grep -q 648219'
check "it has none of the server's files" eval '! ls -l "/proc/$(broker_pids)/fd" | grep -qE "entries|keyring|audit|tls"'
check "no core of it is written" eval 'grep -qE "Max core file size +0 +0" "/proc/$(broker_pids)/limits"'
check "the server has not loaded the library" eval '! grep -q fault.so "/proc/$(cat "$H/pid")/maps" && grep -q fault.so "/proc/$(broker_pids)/maps"'
check "a CA with its key in the HSM" hsm_ca
load_begins
sleep 1
rule "$C_SIGN" 0 0 "$ABORT" 1
check "one crash is not seen" hsm_works
rule "$C_SIGN" 0 0 "$SEGFAULT" 1
check "nor is a wild read" hsm_works
outage "abort() in C_Sign" "$C_SIGN" 0 "$ABORT"
outage "wild read in C_SignInit" "$C_SIGN_INIT" 0 "$SEGFAULT"
outage "hang in C_Sign" "$C_SIGN" 600000 0
event cut
kill -STOP "$(broker_pids)"
check "stopped process: requests are told to come back" hsm_refuses
check "stopped process: it is replaced" until_answers 200 certificate POST v1/pki/issue/short --data '{"common_name":"a.test","ttl":"1h"}'
event back
kill -KILL "$(broker_pids)"
check "killed process: it is replaced" until_answers 200 certificate POST v1/pki/issue/short --data '{"common_name":"a.test","ttl":"1h"}'
sleep 1
load_ends
check "no request that needs no HSM failed, and the HSM worked within 5 s of each return" judge
judge
check "one process is left" broker_is
gone=$(broker_pids)
check "the server is killed" stop_site hsm KILL
check "its HSM's process ends" eval 'for _ in $(seq 50); do kill -0 "$gone" 2>/dev/null || return 0; sleep 0.1; done; return 1'
check "it starts again and opens" eval 'start && canary_opens'
check "stopped" stop

# The process as a service of its own: the server needs no PIN.
mkdir -m 700 "$H/run"
cp "$H/casemate.yaml" "$H/broker.yaml"
SOFTHSM2_CONF=$H/softhsm2.conf "$top/casemate" hsm-broker --config "$H/broker.yaml" --listen "$H/run/s" >>"$H/broker.log" 2>&1 &
UNIT=$!
SERVERS+=("$UNIT")
printf '  isolation: %s\n' "$H/run/s" >"$H/seal.part"
sed -i "/^seal:/r $H/seal.part" "$H/casemate.yaml"
set_key pin "file://$H/no-pin-here"
check "a server that has no PIN, with the HSM's process as a service" eval 'start && canary_opens && hsm_works'
check "it has started none itself" eval '! broker_is'
kill -KILL "$UNIT"
wait "$UNIT" 2>/dev/null
check "without the service: told to come back" hsm_refuses
check "unsealed all the same" eval 'unsealed && canary'
away='"seal_healthy": ?false,"seal_error": ?"[^"]*BROKER_DOWN'
check "and it tells of the HSM" eval 'until_answers 200 "$away" GET v1/sys/seal-status || until_answers 200 "$away" GET v1/sys/seal-status'
check "health tells too, and is well" answers 200 "$away" GET v1/sys/health
SOFTHSM2_CONF=$H/softhsm2.conf "$top/casemate" hsm-broker --config "$H/broker.yaml" --listen "$H/run/s" >>"$H/broker.log" 2>&1 &
UNIT=$!
SERVERS+=("$UNIT")
check "the service is back: the HSM works" until_answers 200 certificate POST v1/pki/issue/short --data '{"common_name":"a.test","ttl":"1h"}'
check "and the status tells" until_answers 200 '"seal_healthy": ?true' GET v1/sys/seal-status
chmod 777 "$H/run"
check "stopped" stop
check "a socket that others could have made: the server starts" start
check "sealed, and it says why" sealed_because "not trusted"
chmod 700 "$H/run"
check "made safe: it unseals" canary_opens
check "stopped" stop
check "the service ends when told" eval 'kill "$UNIT" && wait "$UNIT"'
check "and takes its socket with it" test ! -e "$H/run/s"

# A PIN that the token refuses: the process ends for good, and neither a restart of it nor of the server spends another try.
printf '%s' 999999 >"$H/wrong-pin"
chmod 600 "$H/wrong-pin"
sed "s|^  pin: .*|  pin: file://$H/wrong-pin|" "$H/broker.yaml" >"$H/wrong.yaml"
SOFTHSM2_CONF=$H/softhsm2.conf "$top/casemate" hsm-broker --config "$H/wrong.yaml" --listen "$H/run/s" >>"$H/broker.log" 2>&1 &
UNIT=$!
SERVERS+=("$UNIT")
for _ in $(seq 100); do [ -S "$H/run/s" ] && break; sleep 0.1; done
check "a wrong PIN: the server starts" start
check "sealed, and it says why" sealed_because CKR_PIN_INCORRECT
check "the service of its own accord ends with 77, for RestartPreventExitStatus" eval 'wait "$UNIT"; [ $? = 77 ]'
check "the log says what to do" grep -q 'start this process and the server again' "$H/broker.log"
check "stopped" stop

# The same, and the library does not let the process go: any other exit code than 77 would have it started, and the PIN tried, again.
tried=$(logins)
rule "$C_LOGIN" 0 1500 0 1
SOFTHSM2_CONF=$H/softhsm2.conf "$top/casemate" hsm-broker --config "$H/wrong.yaml" --listen "$H/run/s" >>"$H/broker.log" 2>&1 &
UNIT=$!
SERVERS+=("$UNIT")
for _ in $(seq 100); do [ -S "$H/run/s" ] && break; sleep 0.1; done
{
  for _ in $(seq 600); do [ "$(logins)" -gt "$tried" ] && break; sleep 0.05; done
  rule "$C_FINALIZE" 0 600000 0 "$ALWAYS"
} &
check "a wrong PIN, and a library that hangs afterwards: the server starts" start
check "the service ends with 77 all the same" eval 'wait "$UNIT"; [ $? = 77 ]'
rule "$C_FINALIZE" 0 0 0 0
check "stopped" stop
