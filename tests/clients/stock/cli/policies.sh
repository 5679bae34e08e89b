# shellcheck shell=bash disable=SC2154
# Sourced by cli_session.sh.
printf 'path "kv/data/app" { capabilities = ["read"] }\n' >reader.hcl
says 'Success! Formatted' policy fmt reader.hcl
says 'Success! Uploaded policy: reader' policy write reader reader.hcl
says 'capabilities = \["read"\]' policy read reader
says 'reader' policy list
refuses 2 'Failed to parse|parse|expected' policy write broken "$CA"
says 'Success! Deleted policy: reader' policy delete reader
refuses 2 'No policy named: reader' policy read reader
refuses 2 '.' policy delete root
printf 'length = 12\nrule "charset" { charset = "abc" }\n' >password.hcl
says 'Success' write sys/policies/password/abc policy=@password.hcl
says '^[abc]{12}' read -field=password sys/policies/password/abc/generate
