# shellcheck shell=bash disable=SC2154
# Sourced by cli_session.sh.
says 'kv/ +kv +kv_' secrets list
says 'Plugin +Accessor +Default TTL.*UUID' secrets list -detailed
says '"kv/": \{' secrets list -format=json
says 'Success! Tuned' secrets tune -default-lease-ttl=1h -max-lease-ttl=2h -description=tuned -listing-visibility=unauth kv
says 'default_lease_ttl +1h' read sys/mounts/kv/tune
says 'tuned' secrets list
says '[Ss]uccess' secrets move old older
says 'Success! Disabled' secrets disable older
refuses 2 'in use' secrets enable kv
refuses 2 '.' secrets enable no-such-engine
says 'Success! Enabled userpass' auth enable userpass
says 'Success! Enabled approle' auth enable -path=roles -description=robots approle
says 'Success! Enabled cert' auth enable cert
says 'Success! Enabled jwt' auth enable jwt
says 'roles/ +approle +auth_approle_' auth list
says 'Plugin +Accessor' auth list -detailed
says 'Success! Tuned' auth tune -default-lease-ttl=20m -user-lockout-threshold=9 -user-lockout-duration=10m userpass
says 'userpass' auth help userpass
! has auth move || { says '[Ss]uccess' auth move auth/roles auth/robots; run auth move auth/robots auth/roles; }
says 'Success! Enabled the file audit device' audit enable -path=second file "file_path=$work/second.log"
says 'second/ +file' audit list
says 'Replication +Options|second/' audit list -detailed
says 'Success! Disabled audit' audit disable second
says 'PATHS|DESCRIPTION|path' path-help kv
says 'mounts' path-help sys/mounts
says 'kv' plugin list secret
says 'userpass' plugin list auth
says 'builtin +true' plugin info auth userpass
says '"keys"|sys|Version' version-history
says 'Success|written' write sys/quotas/rate-limit/wide rate=100000
says 'rate +100000' read sys/quotas/rate-limit/wide
says 'Success' delete sys/quotas/rate-limit/wide
