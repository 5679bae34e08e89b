# shellcheck shell=bash disable=SC2016,SC2034,SC2154
# What of the running server's memory can be had: locked, not in swap, and a secret that is surely in it is found by nobody but
# root with the power to trace. Each search has its control. The server runs with the package's options, as another user.
# shellcheck source=tests/server/lib.sh
. .config/jdk.sh
JCMD=$JAVA_HOME/bin/jcmd
NOBODY=$(id -u nobody)
DIR=$WORK/canary
SECRET=c4nary-$(openssl rand -hex 16)
PIN=648219

if [ "$(id -u)" != 0 ]; then
  echo "the memory part needs root, to be two users"
  check "root" false
  return 0
fi
new_site canary hsm
# run as nobody, with the right to lock memory as the unit gives it by LimitMEMLOCK, and cores allowed as far as the shell goes
cp -r target/casemate.jar target/casemate-hsm-broker.jar target/lib "$WORK/"
cp packaging/server.jvm "$WORK/"
mkdir "$WORK/native"
cp "target/native/linux-$(uname -m | tr _ -)/libjnidispatch.so" "$WORK/native/"
chown -R "$NOBODY" "$DIR"
chmod 711 "$WORK"
chmod -R a+rX "$WORK"/*.jar "$WORK/lib" "$WORK/native" "$WORK/server.jvm"
mkdir -p "$DIR/cwd" && chown "$NOBODY" "$DIR/cwd"
as_nobody() { setpriv --reuid="$NOBODY" --regid="$NOBODY" --clear-groups "$@"; }
notified() { exec /usr/bin/python3 - "$1" "$2" <<'PY'
import os, socket, sys, time
wire = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
wire.bind(sys.argv[1])
os.chmod(sys.argv[1], 0o777)
with open(sys.argv[2], "w", buffering=1) as log:
    while True:
        print(wire.recv(4096).decode(), file=log)
PY
}
notified "$DIR/notify" "$DIR/notified" &
SERVERS+=("$!")
for _ in $(seq 50); do [ -S "$DIR/notify" ] && break; sleep 0.1; done
start_canary() {
  (
    cd "$DIR/cwd" || exit 1
    ulimit -c unlimited
    exec env SOFTHSM2_CONF="$DIR/softhsm2.conf" NOTIFY_SOCKET="$DIR/notify" WATCHDOG_USEC=9000000 HOME="$DIR" \
      setpriv --reuid="$NOBODY" --regid="$NOBODY" --clear-groups --inh-caps=+ipc_lock --ambient-caps=+ipc_lock \
      "$JAVA_HOME/bin/java" "@$WORK/server.jvm" -Djava.io.tmpdir="$DIR" -Djna.boot.library.path="$WORK/native" -jar "$WORK/casemate.jar" server --config "$DIR/casemate.yaml"
  ) >>"$DIR/server.log" 2>&1 &
  echo $! >"$DIR/pid"
  SERVERS+=("$!")
  for _ in $(seq 300); do
    curl -s -o /dev/null --cacert "$DIR/tls.pem" "https://127.0.0.1:$(cat "$DIR/port")/v1/sys/seal-status" && return 0
    sleep 0.1
  done
  tail -n 20 "$DIR/server.log"
  return 1
}
# found PID TEXT : how often it is in that process's memory; 0 when it may not be looked at
found() {
  /usr/bin/python3 - "$1" "$2" <<'PY'
import re, sys
pid, wanted = sys.argv[1], sys.argv[2].encode()
count = 0
try:
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            start, end = (int(n, 16) for n in re.match(r"([0-9a-f]+)-([0-9a-f]+) r", line + " ").groups()) if " r" in line else (0, 0)
            try:
                memory.seek(start)
                count += memory.read(end - start).count(wanted) if 0 < end - start < 1 << 30 else 0
            except (OSError, ValueError, OverflowError):
                pass
except OSError as problem:
    print(problem, file=sys.stderr)
print(count)
PY
}
status_of() { sed -n "s/^$2:[^0-9]*\([0-9]*\).*/\1/p" "/proc/$1/status"; }

check "the server starts as a user without rights, but to lock" start_canary
server=$(cat "$DIR/pid")
TOKEN=$(api canary PUT sys/init '{"recovery_shares":1,"recovery_threshold":1}' | sed -n 's/.*"root_token": *"\([^"]*\)".*/\1/p')
for _ in $(seq 100); do api canary GET sys/seal-status | grep -q '"sealed": *false' && break; sleep 0.1; done
api canary POST sys/mounts/kv '{"type":"kv"}'
check "it has a secret" eval 'api canary PUT kv/a "{\"v\":\"$SECRET\"}"; api canary GET kv/a | grep -q "$SECRET"'
broker=$(pgrep -P "$server")
check "all that the server has in memory is locked" eval '[ "$(status_of "$server" VmLck)" -ge "$(status_of "$server" VmRSS)" ] && [ "$(status_of "$server" VmSwap)" = 0 ]'
check "and the HSM's process" eval '[ "$(status_of "$broker" VmLck)" -ge "$(status_of "$broker" VmRSS)" ] && [ "$(status_of "$broker" VmSwap)" = 0 ]'
echo "        server: VmRSS $(status_of "$server" VmRSS) kB, VmLck $(status_of "$server" VmLck) kB; HSM's process: VmRSS $(status_of "$broker" VmRSS) kB"
check "systemd was told that it is up" grep -qx READY=1 "$DIR/notified"
check "how it stands" grep -q '^STATUS=\(not initialised\|unsealed\)' "$DIR/notified"
check "and is kept from killing it" eval 'for _ in $(seq 60); do grep -qx WATCHDOG=1 "$DIR/notified" && return; sleep 0.1; done; return 1'
check "control: root finds the secret in memory" eval '[ "$(found "$server" "$SECRET")" -gt 0 ]'
check "its own user does not" eval '[ "$(as_nobody bash -c "$(declare -f found); found $server $SECRET" 2>"$WORK/denied")" = 0 ] && grep -q "denied" "$WORK/denied"'
check "nor the PIN in the HSM's process" eval '[ "$(as_nobody bash -c "$(declare -f found); found $broker $PIN" 2>"$WORK/denied")" = 0 ] && grep -q "denied" "$WORK/denied"'
check "control: it finds its own" eval 'setpriv --reuid=$NOBODY --regid=$NOBODY --clear-groups env CANARY=$SECRET sleep 20 & other=$!; sleep 0.3; n=$(as_nobody bash -c "$(declare -f found); found $other CANARY=${SECRET:0:8}"); kill $other; [ "$n" -gt 0 ]'
check "no heap dump, not even for root" eval '! "$JCMD" "$server" GC.heap_dump "$DIR/heap" && [ ! -e "$DIR/heap" ]'
check "nor for its own user" eval '! as_nobody "$JCMD" "$broker" GC.heap_dump "$DIR/heap" && [ ! -e "$DIR/heap" ]'
# gcore(1) takes what the process's own filter lets into a core, as the kernel does
core_of() { rm -f "$DIR"/core.*; gcore -o "$DIR/core" "$1" >/dev/null 2>&1; [ -s "$DIR/core.$1" ]; }
check "a core that root makes has none of its memory" eval 'core_of "$server" && ! grep -qaF "$SECRET" "$DIR/core.$server"'
check "nor of the HSM's process" eval 'core_of "$broker" && ! grep -qaF "$PIN" "$DIR/core.$broker"'
check "control: without the filter it would" eval 'echo 0x33 >"/proc/$server/coredump_filter" && core_of "$server" && grep -qaF "$SECRET" "$DIR/core.$server"; found=$?; echo 0 >"/proc/$server/coredump_filter"; rm -f "$DIR"/core.*; [ $found = 0 ]'
kill -QUIT "$server"
sleep 0.5
check "a thread dump tells no secret" eval 'grep -q "Full thread dump" "$DIR/server.log" && ! grep -q "$SECRET" "$DIR/server.log"'
check "store, audit file and log tell none" eval '! grep -rqF "$SECRET" "$DIR/data" "$DIR/audit.log" "$DIR/server.log"'
check "neither executes what it could have written" eval '! grep -E " r.xp .* ($DIR|/tmp)/" "/proc/$server/maps" "/proc/$broker/maps" | grep -v "$WORK/native/"'
check "the HSM's process has JNA's native part from where it was installed" grep -q "$WORK/native/libjnidispatch.so" "/proc/$broker/maps"
case $(cat /proc/sys/kernel/core_pattern) in
  '|'*) echo "        cores go through a pipe here; the virtual machine's test looks at that" ;;
  *) check "control: a crash of that user's shell leaves a core" eval '(cd "$DIR/cwd" && ulimit -c unlimited && exec setpriv --reuid="$NOBODY" --regid="$NOBODY" --clear-groups bash -c "kill -ABRT \$\$"); [ -n "$(find "$DIR/cwd" -name "core*")" ]; found=$?; rm -f "$DIR"/cwd/core*; [ $found = 0 ]' ;;
esac
kill -ABRT "$server"
for _ in $(seq 100); do kill -0 "$server" 2>/dev/null || break; sleep 0.1; done
check "the server's crash leaves no core and no report" eval '! kill -0 "$server" 2>/dev/null && [ -z "$(ls -A "$DIR/cwd")" ]'
check "and its last words tell no secret" eval '! grep -qF "$SECRET" "$DIR/server.log"'
