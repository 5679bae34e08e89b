# shellcheck shell=bash disable=SC2154
# Sourced by cli_session.sh: keys, ceremonies, snapshots.
says 'Key Term +1' operator key-status
says 'Success! Rotated key' operator rotate
says 'Key Term +2' operator key-status
says 'saved|^$' operator raft snapshot save saved.snap
run kv put kv/after a=b
says '^$|Success|already closed' operator raft snapshot restore saved.snap
opened
refuses 2 'No value found' kv get kv/after
says 'Nonce' operator generate-root -init
says 'Started +true' operator generate-root -status
says 'Success' operator generate-root -cancel
otp=$(timeout 60 "$cli" operator generate-root -generate-otp 2>/dev/null)
nonce=$(field nonce operator generate-root -init "-otp=$otp")
says 'Progress +1/2' operator generate-root "-nonce=$nonce" "$(share 0)"
run operator generate-root -format=json "-nonce=$nonce" "$(share 1)"
encoded=$(/usr/bin/python3 -c 'import json, sys; print(json.loads(sys.argv[1]).get("encoded_token", ""))' "$out" 2>/dev/null)
judge 'operator generate-root, the second share' "$code"
made=$(timeout 60 "$cli" operator generate-root "-decode=$encoded" "-otp=$otp" 2>/dev/null)
says 'policies +\[root\]' token lookup "$made"
rekey=(operator rekey) target=()
if [ "$kind" = hsm ]; then target=(-target=recovery); fi
says 'Nonce' "${rekey[@]}" -init "${target[@]}" -key-shares=3 -key-threshold=2
says 'Started +true' "${rekey[@]}" -status "${target[@]}"
says 'Success' "${rekey[@]}" -cancel "${target[@]}"
