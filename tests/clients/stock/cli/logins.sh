# shellcheck shell=bash disable=SC2154
# Sourced by cli_session.sh.
says 'Success' write auth/userpass/users/ada password=horse token_policies=default
says 'token_policies +\["default"\]' login -no-store -method=userpass username=ada password=horse
refuses 2 'invalid username or password' login -no-store -method=userpass username=ada password=donkey
says '^.{20,}' login -no-store -token-only -method=userpass username=ada password=horse
says 'Success' write auth/roles/role/app token_policies=default secret_id_ttl=1h
role=$(field data.role_id read auth/roles/role/app/role-id)
secret=$(field data.secret_id write -f auth/roles/role/app/secret-id)
says 'token_meta_role_name +app' write auth/roles/login "role_id=$role" "secret_id=$secret"
refuses 2 'invalid role or secret ID' write auth/roles/login "role_id=$role" secret_id=wrong
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=worker \
  -addext extendedKeyUsage=clientAuth -keyout worker.key -out worker.pem 2>/dev/null
says 'Success' write auth/cert/certs/worker certificate=@worker.pem token_policies=default
says 'token_meta_cert_name +worker' login -no-store -method=cert -client-cert=worker.pem -client-key=worker.key name=worker
jwt_key() { openssl ecparam -name prime256v1 -genkey -noout -out jwt.key && openssl ec -in jwt.key -pubout -out jwt.pub; }
jwt_key 2>/dev/null
says 'Success' write auth/jwt/config jwt_validation_pubkeys=@jwt.pub
says 'Success' write auth/jwt/role/ci role_type=jwt user_claim=sub bound_audiences=casemate token_policies=default
token=$(/usr/bin/python3 "$here/cli/jwt.py" jwt.key)
says 'token_meta_role +ci' write auth/jwt/login role=ci "jwt=$token"
entity=$(field auth.entity_id login -no-store -method=userpass username=ada password=horse)
says 'ada' read "identity/entity/id/$entity"
says 'id +' write identity/group name=crew "member_entity_ids=$entity"
says 'crew' list identity/group/name
