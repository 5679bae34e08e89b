# shellcheck shell=bash disable=SC2016,SC2034,SC2154
# Snapshots from outside: taken while others write, read by tar and sha256sum, refused when anything is wrong with them,
# restored over a running server, into a fresh one, and under kill -9.

snap=v1/sys/storage/raft/snapshot
site snapshot
dir=$WORK/snapshot

# take FILE / put FILE [PATH] [CURL OPTION...] : one request; STATUS to stdout.
take() { curl -s --max-time 60 --cacert "$WORK/$SITE/tls.pem" -H "X-Vault-Token: $TOKEN" -o "$1" -w '%{http_code}' "https://127.0.0.1:$(cat "$WORK/$SITE/port")/$snap"; }
give() {
  local file=$1 path=${2:-$snap}
  shift
  shift || true
  ask POST "$path" --max-time 120 --data-binary "@$file" -H 'Content-Type:' "$@"
}
gives() { # STATUS FILE [PATH] [CURL OPTION...]
  local wanted=$1 status
  shift
  status=$(give "$@")
  [ "$status" = "$wanted" ] && return
  echo "expected $wanted, got $status:"
  head -c 2000 "$WORK/body"
  return 1
}
taken() { [ "$(take "$1")" = 200 ] && gzip -t "$1"; }

fill() {
  local i
  for i in $(seq 30); do
    answers 200 version POST "v1/secret/data/many/$i" --data "{\"data\":{\"v\":\"$1-$i\"}}" || return
  done
}
filled() {
  local i
  for i in $(seq 30); do answers 200 "\"$1-$i\"" GET "v1/secret/data/many/$i" || return; done
}

check "with some secrets" fill before
check "a snapshot is taken" taken "$dir/then.snap"
readable() {
  mkdir -p "$dir/open" && tar -xzf "$dir/then.snap" -C "$dir/open" &&
    [ "$(tar -tzf "$dir/then.snap" | tr '\n' ' ')" = "meta.json state.bin SHA256SUMS SHA256SUMS.sealed " ] &&
    (cd "$dir/open" && sha256sum -c SHA256SUMS)
}
check "tar and sha256sum find what clients of Vault expect" readable
check "no secret and no token in it" eval '! grep -qaF -e "$CANARY" -e "before-7" -e "$TOKEN" "$dir/open/state.bin" "$dir/open/meta.json"'
check "casemate inspects it without a server" eval '"$top/casemate" operator raft snapshot inspect "$dir/then.snap" | grep -q "^Checksums .*they fit"'
check "it does not stay on the server's disk" eval '[ -z "$(find "$dir/data" -name "spool*")" ]'

check "meanwhile life goes on" eval 'fill now && answers 204 "" POST v1/sys/mounts/later --data "{\"type\":\"kv\"}"'
check "a token is revoked" eval 'answers 200 client_token POST v1/auth/token/create --data "{\"policies\":\"default\"}" && answers 204 "" POST v1/auth/token/revoke --data "{\"token\":\"$(value auth client_token)\"}"'

# Refusals.
head -c 2000 "$dir/then.snap" >"$dir/cut.snap"
cp "$dir/then.snap" "$dir/bent.snap"
/usr/bin/python3 -c 'import sys
b = bytearray(open(sys.argv[1], "rb").read()); b[len(b) // 2] ^= 1; open(sys.argv[1], "wb").write(b)' "$dir/bent.snap"
forged() { # somebody adds an entry and makes the sums fit: only the seal tells
  /usr/bin/python3 - "$dir/then.snap" "$dir/forged.snap" <<'PY'
import hashlib, io, json, sys, tarfile
old = tarfile.open(sys.argv[1])
member = {m.name: old.extractfile(m).read() for m in old.getmembers()}
meta = json.loads(member["meta.json"])
key = b"zzz"
entry = bytes([1 + 1 + len(key) + 2 + 1, 10, len(key)]) + key + bytes([18, 1, 0])
member["state.bin"] += entry
meta["Size"] += len(entry)
meta["Casemate"]["Entries"] += 1
member["meta.json"] = json.dumps(meta).encode()
member["SHA256SUMS"] = "".join("%s  %s\n" % (hashlib.sha256(member[n]).hexdigest(), n) for n in ("meta.json", "state.bin")).encode()
new = tarfile.open(sys.argv[2], "w:gz", format=tarfile.USTAR_FORMAT)
for name in ("meta.json", "state.bin", "SHA256SUMS", "SHA256SUMS.sealed"):
    info = tarfile.TarInfo(name)
    info.size = len(member[name])
    new.addfile(info, io.BytesIO(member[name]))
new.close()
PY
}
check "a forgery is made, with sums that fit" eval 'forged && "$top/casemate" operator raft snapshot inspect "$dir/forged.snap"'
printf 'not a snapshot' >"$dir/none.snap"
for bad in cut bent forged none; do
  for path in "$snap" "$snap-force"; do
    check "refused ($bad, ${path##*/})" eval 'gives 400 "$dir/$bad.snap" "$path" && filled now'
  done
done
check "nobody without a token restores" eval 'TOKEN= gives 403 "$dir/then.snap"'
check "nobody without a token takes one" eval '[ "$(TOKEN= take "$dir/none")" = 403 ]'

# Restore.
check "it is restored" gives 204 "$dir/then.snap"
check "the server is open, everything is as it was" eval 'unsealed && canary && filled before'
check "a mount made since is gone" answers 404 '' GET v1/later/a
check "the log says what that means" grep -q 'RESTORED the snapshot of' "$dir/server.log"
check "what was there before is kept" test -s "$dir/data/before-restore.snap"
check "for the owner only" test "$(stat -c %a "$dir/data/before-restore.snap")" = 600
cp "$dir/data/before-restore.snap" "$dir/back.snap"
check "and is the way back" eval 'gives 204 "$dir/back.snap" && filled now'
check "chunked, as the Go client sends it" eval 'gives 204 "$dir/then.snap" "$snap" -H "Transfer-Encoding: chunked" && filled before'
check "it is on record, without its content" eval '[ "$(grep -c "\"path\":\"sys/storage/raft/snapshot\"" "$dir/audit.log")" -ge 10 ] && ! grep -q "state.bin" "$dir/audit.log"'
check "after a restart everything is still as it was" eval 'stop && start && unsealed && filled before'

# kill -9 while it is restored: all of then or all of now, never both, and the server opens by itself.
one_state() {
  unsealed || return
  if filled before >/dev/null; then echo before; elif filled now >/dev/null; then echo now; else echo "half restored"; return 1; fi
}
killed() {
  gives 204 "$dir/back.snap" && filled now || return
  give "$dir/then.snap" >/dev/null &
  sleep "$1"
  kill -9 "$(cat "$dir/pid")"
  wait "$(cat "$dir/pid")" 2>/dev/null
  wait $!
  start && one_state
}
for delay in 0.02 0.05 0.08 0.12 0.16 0.2 0.25 0.3 0.4 0.6; do
  check "killed after $delay s of a restore: one state, whole" killed "$delay"
  sed 's/^/        /' "$WORK/check.out" | tail -n 1
done

# A fresh server with the same HSM.
fresh() {
  stop && SITE=fresh && mkdir -p "$WORK/fresh/data" && chmod 700 "$WORK/fresh" "$WORK/fresh/data" &&
    cp "$dir"/{tls.pem,tls.key,port,softhsm2.conf} "$WORK/fresh/" &&
    sed "s|$dir/data|$WORK/fresh/data|; s|$dir/audit.log|$WORK/fresh/audit.log|" "$dir/casemate.yaml" >"$WORK/fresh/casemate.yaml" &&
    chmod 600 "$WORK/fresh/casemate.yaml" && start
}
check "a fresh server with the same HSM starts" fresh
check "it is not initialised" initialised false
client() { VAULT_ADDR=https://127.0.0.1:$(cat "$WORK/fresh/port") VAULT_CACERT=$WORK/fresh/tls.pem HOME=$WORK "$top/casemate" "$@"; }
restores() { grep -c '"path":"sys/storage/raft/snapshot"' "$dir/audit.log"; } # the audit devices are the snapshot's
before=$(restores)
check "it takes the snapshot without a token" client operator raft snapshot restore "$dir/then.snap"
check "and opens itself, with everything in it" eval 'unsealed && canary && filled before'
check "which is on record" test "$(restores)" -gt "$before"
check "once: now a token is needed" eval 'TOKEN= gives 403 "$dir/then.snap"'
check "the command line saves one, too" eval 'VAULT_TOKEN=$TOKEN client operator raft snapshot save "$WORK/fresh/cli.snap" && [ "$(stat -c %a "$WORK/fresh/cli.snap")" = 600 ]'
closed() {
  stop && rm -rf "$WORK/fresh/data" && mkdir -m 700 "$WORK/fresh/data" &&
    echo 'unauthenticated_restore: false' >>"$WORK/fresh/casemate.yaml" && start && initialised false
}
check "a fresh server that is told not to" closed
check "takes none" eval 'TOKEN= gives 403 "$dir/then.snap" && grep -q unauthenticated_restore "$WORK/body" && initialised false'
check "stopped" stop

# Another HSM, and shares.
other() { SITE=other && new_site other hsm && start; }
check "a server with another HSM starts" other
check "it does not believe the snapshot" eval 'TOKEN= gives 400 "$dir/then.snap" && grep -q "could not verify" "$WORK/body" && initialised false'
check "stopped" stop
