# shellcheck shell=bash disable=SC2016,SC2034,SC2154
# Damaged stores: a clear refusal that names the file, or every value as it was; never a value that is silently gone.

SITE=store
new_site store hsm
D=$WORK/store/data
fill() {
  local i
  for i in $(seq 40); do
    answers 200 version POST "v1/secret/data/many/$i" --data "{\"data\":{\"v\":\"value-$i-$(printf 'x%.0s' $(seq 500))\"}}" || return
  done
}
check "a server with secrets" eval 'start && found && fill'
check "stopped" stop
cp -a "$D" "$D.good"
good() { rm -rf "$D" && cp -a "$D.good" "$D"; }

# damage FILE HOW... : with python, on the closed store; b are its bytes.
damage() {
  /usr/bin/python3 -c 'import sys
b = bytearray(open(sys.argv[1], "rb").read())
exec(sys.argv[2])
open(sys.argv[1], "wb").write(b)' "$1" "$2"
}

# whole_or_told : starts and holds every value, or says what is wrong, at start or at the value; nothing in between.
whole_or_told() {
  local i status told
  if ! start 2>/dev/null; then
    does_not_start "storage (corrupt|rolled back|foreign).*$D/"
    return
  fi
  if ! unsealed >/dev/null; then
    sealed_because "$D/"
    status=$?
    stop
    return "$status"
  fi
  for i in $(seq 40); do
    answers 200 "value-$i-" GET "v1/secret/data/many/$i" >/dev/null && continue
    told=$(grep -ci 'corrupt' "$WORK/store/server.log")
    answers 500 "errors" GET "v1/secret/data/many/$i" || { stop; return 1; }
    [ "$(grep -ci 'corrupt' "$WORK/store/server.log")" -gt "$told" ] || { stop; return 1; }
  done
  stop
}

for part in 8 4 2; do
  damage "$D/entries.mv" "at = len(b) * ($part - 1) // $part
for i in range(64): b[at + i] ^= 0x55"
  check "64 bytes flipped at $((part - 1))/$part of the store: told, nothing silent" whole_or_told
  good
done
damage "$D/entries.mv" 'del b[len(b) // 2:]'
check "a store cut in half: told, nothing silent" whole_or_told
good
damage "$D/entries.mv" 'b[:] = b"not a store at all\n" * 500'
check "a foreign file is refused" does_not_start "storage foreign: .*entries.mv"
good
damage "$D/entries.mv" 'b[:] = b""'
check "an empty file is refused" does_not_start "storage [a-z ]+: .*entries.mv"
good
rm "$D/entries.mv"
check "a missing file is refused, not made anew" does_not_start "storage [a-z ]+: .*entries.mv"
check "and none was made" test ! -s "$D/entries.mv"
good
check "with the good one back, everything is there" eval 'start && unsealed && canary && answers 200 value-40- GET v1/secret/data/many/40'
check "stopped" stop
newest=$(find "$D" -path '*keyring*' -type f -size +0 | sort | tail -n 1)
damage "$newest" 'for i in range(len(b) // 2, len(b) // 2 + 64): b[i] ^= 0x55'
check "a damaged keyring file ($(basename "$newest")): told, nothing silent" whole_or_told
good
