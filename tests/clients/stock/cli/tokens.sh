# shellcheck shell=bash disable=SC2154
# Sourced by cli_session.sh.
says 'token_policies +\["default"\]' token create -policy=default -ttl=1h -metadata=who=cli -display-name=cli
child=$(field auth.client_token token create -policy=default -ttl=1h -period=30m -orphan)
accessor=$(field data.accessor token lookup "$child")
says 'period +30m' token lookup "$child"
says 'orphan +true' token lookup -accessor "$accessor"
says 'policies +\[default\]' token lookup "$child"
says 'token_duration +30m' token renew -increment=40m "$child"
says 'token_duration' token renew -accessor "$accessor"
says '^read$' token capabilities "$child" auth/token/lookup-self
says '^deny$' token capabilities "$child" sys/mounts
says '^root$' token capabilities sys/mounts
says 'Success' token revoke -accessor "$accessor"
refuses 2 'bad token|permission denied' token lookup "$child"
says '"type": "batch"|token_type|hvb\.|b\.' token create -type=batch -policy=default -ttl=5m
says '.' list auth/token/accessors
says 'Success' write auth/token/roles/app allowed_policies=default orphan=true
says 'token_policies +\["default"\]' token create -role=app
says 'Success' delete auth/token/roles/app
says 'wrapping_token:' token create -policy=default -wrap-ttl=2m
wrapping=$(field wrap_info.token token create -policy=default -wrap-ttl=2m)
says 'creation_ttl +2m|creation_ttl +120' write sys/wrapping/lookup "token=$wrapping"
says 'token_policies +\["default"\]' unwrap "$wrapping"
refuses 2 'wrapping token is not valid or does not exist' unwrap "$wrapping"
wrapping=$(field wrap_info.token write -wrap-ttl=2m sys/wrapping/wrap a=b)
out=$(VAULT_TOKEN=$wrapping BAO_TOKEN=$wrapping "$cli" unwrap -field=a 2>&1) code=$?
[ "$code" = 0 ] && [ "$out" = b ]
judge 'unwrap with the wrapping token as one'"'"'s own' $?
