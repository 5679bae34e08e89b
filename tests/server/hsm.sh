# shellcheck shell=bash disable=SC2016,SC2034,SC2154
# The HSM is away, is not as configured, or refuses the PIN. The server stays up and sealed, says why, and opens by itself
# when that can help. Between server and token stands tests/hsm/fault.c, which counts the calls.

# shellcheck source=tests/hsm/outage.sh
. tests/hsm/outage.sh

SITE=hsm
new_site hsm hsm
H=$WORK/hsm
logins() { od -An -t u8 -j $((C_LOGIN * RULE_BYTES)) -N 8 "$H/control" | tr -d ' '; }
canary_opens() { unsealed && canary; }

check "a module that counts" fault_module
check "a fresh server behind it" eval 'start && found'
check "it logged in once, and once more to see its new key through a library that was begun anew" test "$(logins)" = 2

# Away at boot.
check "stopped" stop
mv "$H/tokens" "$H/tokens.away" && mkdir "$H/tokens"
check "token away: the server starts all the same" start
check "sealed, and it says why" sealed_because "token"
check "it is initialised all the same" initialised true
check "health says sealed" answers 503 '"sealed": ?true' GET v1/sys/health
check "requests are refused" answers 503 'sealed' GET v1/secret/data/canary
rmdir "$H/tokens" && mv "$H/tokens.away" "$H/tokens"
check "token back: it unseals itself" canary_opens

check "stopped" stop
rm "$H/module.so"
check "library missing: the server starts all the same" start
check "sealed, and it names the library" sealed_because "module.so"
ln -s fault.so "$H/module.so"
check "library back: it unseals itself" canary_opens

# Not as configured. The store says under which key it was wrapped, so another label does not matter before the next
# wrapping; a token without that key does.
keys() { find "$H/tokens" -name '*.object' ! -name token.object | wc -l; }
check "stopped" stop
set_key key_label another-key
check "another key label: the server starts" start
check "and unseals with the key that the store names" canary_opens
check "no key was made" test "$(keys)" = 1
check "stopped" stop
set_key key_label root-key
mv "$H/tokens" "$H/tokens.away" && mkdir "$H/tokens"
SOFTHSM2_CONF=$H/softhsm2.conf softhsm2-util --init-token --free --label hsm --so-pin 12345678 --pin 648219 >/dev/null
check "a token of the same name without the key: the server starts" start
check "sealed, and it names the key" sealed_because "root-key"
check "no key was made in its place" test "$(keys)" = 0
check "init is refused: that was done before" answers 400 'already' PUT v1/sys/init --data '{"recovery_shares":1,"recovery_threshold":1}'
check "stopped" stop
rm -r "$H/tokens" && mv "$H/tokens.away" "$H/tokens"
set_key token_label another-token
check "wrong token label: the server starts all the same" start
check "sealed, and it names the label" sealed_because "another-token"
check "stopped" stop
set_key token_label hsm

# A wrong PIN is tried once.
printf '%s' 111111 >"$H/pin"
before=$(logins)
check "wrong PIN: the server starts all the same" start
check "sealed, and it says so" sealed_because "CKR_PIN_INCORRECT"
tries() { [ "$(logins)" = $((before + $1)) ] || { echo "tried $(($(logins) - before)) times"; return 1; }; }
offer() { answers "$1" 'errors' POST v1/sys/unseal --data "{\"key\":\"$2\"}"; }
check "nothing more is planned" answers 200 '"seal_attempts": ?1,"seal_next_attempt": ?null' GET v1/sys/seal-status
check "shares that are not ours are refused" eval 'for i in 1 2 3; do offer 400 "$(openssl rand -hex 32)" || return; done'
sleep 2
check "the PIN was tried once" tries 1
check "the recovery share is a human's word: refused again" offer 503 "$(cat "$H/recovery")"
sleep 2
check "the PIN was tried once more" tries 2
hup
sleep 2
check "SIGHUP with the same PIN, as log rotation sends it, tries nothing" tries 2
check "the PIN is not in the log" eval '! grep -q 111111 "$H/server.log"'
printf '%s' 648219 >"$H/pin"
hup
check "PIN corrected, SIGHUP: it unseals" canary_opens
check "by one login" tries 3
check "stopped" stop
rm "$H/pin"
check "PIN file missing: it says which" does_not_start "$H/pin"
printf '%s' 648219 >"$H/pin"
chmod 600 "$H/pin"
check "with everything in place it opens" eval 'start && canary_opens'
check "stopped" stop

# shellcheck source=tests/server/hsm-broker.sh
. tests/server/hsm-broker.sh
