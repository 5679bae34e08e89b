# shellcheck shell=bash disable=SC2154
# Sourced by cli_session.sh.
says 'Success! Data written|policies' write auth/token/create policies=default ttl=5m
says '.' read sys/health
says 'capabilities' write sys/capabilities-self path=kv/data/app
says 'Vault is sealed|Success! .* is sealed' operator seal
if [ "$kind" = shamir ]; then
  refuses 2 'Vault is sealed|is sealed' token lookup
fi
run operator unseal "$(share 0)"
run operator unseal "$(share 1)"
says 'Sealed +false' status
says 'Success! Revoked token' token revoke -self
