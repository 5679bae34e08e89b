# shellcheck shell=bash disable=SC2016,SC2034,SC2154
# Two HSMs guard one root key: one is taken away, comes back, is replaced; then from HSM to shares and back, and an unseal
# with emergency shares while every HSM is away; then two of three HSMs together. Each HSM is a token with a directory of its own.

SITE=seals
new_site seals shamir
S=$WORK/seals
QUORUM=''

new_token() { SOFTHSM2_CONF=$S/softhsm2.conf softhsm2-util --init-token --free --label "$1" --so-pin 12345678 --pin 648219; }
# token_directory LABEL : where SoftHSM keeps it.
token_directory() { grep -l -a "$1" "$S"/tokens/*/token.object | head -n 1 | xargs dirname; }
take_away() { mv "$(token_directory "$1")" "$S/away-$1"; }
bring_back() { mv "$S/away-$1" "$S/tokens/$(cat /proc/sys/kernel/random/uuid)"; }

# seals LINE... : replaces the seals of the configuration. A line is "name" or "name disabled"; shamir is one, too.
seals() {
  local line name
  sed -i '/^seal:/,$d; /^emergency_shares/d; /^seal_quorum/d' "$S/casemate.yaml"
  [ -z "$QUORUM" ] || echo "seal_quorum: $QUORUM" >>"$S/casemate.yaml"
  echo 'seal:' >>"$S/casemate.yaml"
  for line in "$@"; do
    name=${line% disabled}
    if [ "$name" = shamir ]; then
      printf -- '- type: shamir\n  name: shamir\n'
    else
      printf -- '- type: pkcs11\n  name: %s\n  library: %s\n  token_label: %s\n  pin: file://%s\n  key_label: root-key\n  generate_key: true\n' \
        "$name" "$(softhsm_library)" "$name" "$S/pin"
    fi
    [ "$line" = "$name" ] || echo '  disabled: true'
  done >>"$S/casemate.yaml"
}

status() { until_answers 200 "$1" GET v1/sys/seal-status; }
backends() { until_answers 200 "$1" GET v1/sys/seal-backend-status; }
whole() { backends '"healthy": ?true,"fully_wrapped": ?true'; }
opens() { unsealed && canary; }
cli() { VAULT_ADDR=https://127.0.0.1:$(cat "$S/port") VAULT_CACERT=$S/tls.pem VAULT_TOKEN=$TOKEN "$top/casemate" "$@"; }
says() { local wanted=$1; shift; cli "$@" >"$WORK/said" 2>&1; grep -qE -- "$wanted" "$WORK/said" || { cat "$WORK/said"; return 1; }; }
share() { answers 200 "$1" PUT v1/sys/unseal --data "{\"key\":\"$(cat "$S/recovery")\",\"migrate\":$2}"; }

printf '%s' 648219 >"$S/pin"
chmod 600 "$S/pin"
check "two tokens" eval 'new_token hsm-a && new_token hsm-b'
seals hsm-a hsm-b
check "a fresh server behind both" eval 'start && found'
check "both wrap the root key" whole

check "stopped" stop
take_away hsm-a
check "hsm-a away: the server boots on hsm-b" eval 'start && opens'
check "and says which is missing" backends '"name": ?"hsm-a"[^}]*"healthy": ?false,"unhealthy_since": ?"20'
check "overall it is not healthy" backends '^\{"healthy": ?false,"unhealthy_since"'
bring_back hsm-a
check "hsm-a back: healthy again without a restart" whole

take_away hsm-b
check "hsm-b lost while the server runs: told" backends '"name": ?"hsm-b"[^}]*"healthy": ?false'
check "requests are served all the same" canary
bring_back hsm-b
check "hsm-b back: healthy again" whole

check "stopped" stop
rm -r "$(token_directory hsm-b)"
check "a new token in place of hsm-b" new_token hsm-b
check "the server starts" eval 'start && opens'
check "the new token gets its wrap by itself" whole
check "the log says so" grep -q "seal 'hsm-b' .*now wraps the root key, in place of a wrap it refused" "$S/server.log"
check "stopped" stop
take_away hsm-a
check "hsm-a away: the server boots on the new hsm-b" eval 'start && opens'
check "stopped" stop

seals hsm-b
check "hsm-a removed from the configuration: its wrap is dropped" eval 'start && opens && whole'
check "the log says so" grep -q "by seal 'hsm-a' was dropped" "$S/server.log"
check "the plan has nothing left" says 'Nothing: what is stored is what the configuration asks for' operator seal migrate -plan

# From the HSM to shares, while the server runs.
check "stopped" stop
seals shamir 'hsm-b disabled'
check "hsm-b disabled: the server opens by it" eval 'start && opens'
check "a migration is pending" status '"migration": ?true'
check "the plan says what must be kept" says 'THE DATA IS LOST' operator seal migrate -plan
check "the recovery share migrates" share '"type": ?"shamir".*"migration": ?false,"recovery_seal": ?false' true
check "the audit device has it" grep -q '"path":"sys/unseal"' "$S/audit.log"
check "killed at once" eval 'stop_site seals KILL'
seals shamir
take_away hsm-b
check "every HSM away: it starts sealed" eval 'start && status "\"sealed\": ?true"'
check "a wrong share is refused" eval "answers 400 'invalid key' PUT v1/sys/unseal --data '{\"key\":\"$(printf 'ab%.0s' $(seq 32))\"}'"
check "and logged, with who sent it and without the share" eval 'grep -q "an attempt to unseal, from 127.0.0.1, was refused: Unseal failed, invalid key" "$S/server.log" && ! grep -q abababab "$S/server.log"'
check "the former recovery share unseals" eval 'share "\"sealed\": ?false" false && opens'

# And back.
check "stopped" stop
bring_back hsm-b
seals hsm-b
check "an HSM configured: sealed, with what to do" eval 'start && sealed_because "unseal -migrate"'
check "the plan names the HSM" says 'each of these HSMs wraps it: hsm-b' operator seal migrate -plan
check "the share migrates" share '"sealed": ?false.*"migration": ?false,"recovery_seal": ?true' true
check "killed at once" eval 'stop_site seals KILL'
check "it opens by the HSM alone" eval 'start && opens'

# Emergency shares.
check "they are off" answers 400 'emergency_shares: true' POST v1/sys/seal/emergency --data '{"secret_shares":1,"secret_threshold":1}'
check "stopped" stop
echo 'emergency_shares: true' >>"$S/casemate.yaml"
check "allowed: the server starts" eval 'start && opens'
check "they are made" answers 200 'keys_base64' POST v1/sys/seal/emergency --data '{"secret_shares":1,"secret_threshold":1}'
value data keys 0 >"$S/emergency"
check "they are shown" status '"emergency_seal": ?true'
check "not in the audit log" eval '! grep -q "$(cat "$S/emergency")" "$S/audit.log"'
check "stopped" stop
take_away hsm-b
check "every HSM away: sealed" eval 'start && sealed_because "hsm-b|token"'
check "the recovery share does not help" eval 'answers 503 "" PUT v1/sys/unseal --data "{\"key\":\"$(cat "$S/recovery")\"}"'
entries=$(grep -c '"path":"sys/unseal"' "$S/audit.log")
check "the emergency share opens" eval 'says "Sealed +false" operator unseal -emergency "$(cat "$S/emergency")" && opens'
check "loud in the log" grep -q 'UNSEALED BY EMERGENCY SHARES' "$S/server.log"
check "and in the audit log" test "$(grep -c '"path":"sys/unseal"' "$S/audit.log")" -gt "$entries"
check "they are removed" says 'open nothing' operator emergency remove
check "and gone" status '"emergency_seal": ?false'
check "no share in the log" eval '! grep -qE "$(cat "$S/recovery")|$(cat "$S/emergency")" "$S/server.log"'
check "stopped" stop

# Two of three HSMs together, none alone.
bring_back hsm-a
bring_back hsm-b
check "a third token" new_token hsm-c
seals hsm-a hsm-b hsm-c
check "three HSMs, each opens alone" eval 'start && opens && whole && backends "\"quorum\": ?1"'
check "stopped" stop
QUORUM=4
seals hsm-a hsm-b hsm-c
check "four of three: refused with the line" does_not_start 'casemate.yaml:[0-9]+: seal_quorum: 4 HSMs cannot be needed together'
QUORUM=2
seals hsm-a hsm-b hsm-c
check "two of three wanted: changed while it runs" eval 'start && opens && backends "\"quorum\": ?2" && whole'
check "the log says so" grep -q 'the root key is opened by any 2 together of the seals .* and by none alone' "$S/server.log"
check "the client says so" says 'Any 2 of 3 seals open the server together, none alone' operator seal status
check "killed at once" eval 'stop_site seals KILL'
take_away hsm-a
take_away hsm-b
check "one of three there: sealed, with those that are missing" eval 'start && sealed_because "\\[hsm-c\\] did, missing: \\[hsm-a, hsm-b\\]"'
check "the client says what is needed" eval 'until_answers 200 "2 of 3 needed, 1 healthy" GET v1/sys/seal-backend-status; says "WARNING: 2 of 3 needed, 1 healthy" operator seal status'
bring_back hsm-b
check "a second one back: it opens by itself" opens
check "and warns of the next loss" backends '2 of 3 needed, 2 healthy: one more loss seals you out'
bring_back hsm-a
check "all back: whole" whole
check "stopped" stop
rm -r "$(token_directory hsm-b)"
check "a new token in place of hsm-b gets a share" eval 'new_token hsm-b && start && opens && whole'
check "the log says so" grep -q "seal 'hsm-b' .*now wraps a share of the root key, in place of a wrap it refused" "$S/server.log"
check "a new root key is split, too" eval 'answers 20? "" POST v1/sys/rotate/root && backends "\"quorum\": ?2" && whole'
check "stopped" stop
take_away hsm-a
check "the new hsm-b and hsm-c open" eval 'start && opens'
check "stopped" stop
bring_back hsm-a
for delay in 0.2 0.5 0.8 1.1; do
  QUORUM=$((QUORUM % 3 + 1))
  seals hsm-a hsm-b hsm-c
  check "killed $delay s into a change to $QUORUM of 3: it opens" eval "start && sleep $delay && stop_site seals KILL && start && opens && whole && stop"
done
