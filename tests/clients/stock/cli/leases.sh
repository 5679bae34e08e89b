# shellcheck shell=bash disable=SC2154
# Sourced by cli_session.sh.
run secrets enable -path=leased pki
run write leased/root/generate/internal common_name=leases key_type=ec ttl=48h
run write leased/roles/any allow_any_name=true generate_lease=true ttl=1h key_type=ec
lease=$(field lease_id write leased/issue/any common_name=a.example)
says 'expire_time' lease lookup "$lease"
says 'any' list sys/leases/lookup/leased/issue
refuses 2 'not renewable' lease renew "$lease"
says 'queued successfully|Success' lease revoke "$lease"
says 'Success' lease revoke -sync -prefix leased/issue/any
says 'Success' lease revoke -force -prefix leased/issue/any
says 'Success! Disabled' secrets disable leased
