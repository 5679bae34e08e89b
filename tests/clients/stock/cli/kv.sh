# shellcheck shell=bash disable=SC2154
# Sourced by cli_session.sh.
says 'Success! Enabled the kv' secrets enable -path=kv -version=2 kv
says 'Success! Enabled the kv' secrets enable -path=old -version=1 kv
says 'version +1' kv put kv/app user=u pass=p
says 'user +u' kv get kv/app
says '^u' kv get -field=user kv/app
says '"pass": "p"' kv get -format=json kv/app
says 'pass: p' kv get -format=yaml kv/app
says 'version +2' kv put -mount=kv app user=v
refuses 2 'check-and-set parameter did not match' kv put -cas=1 kv/app user=w
says 'version +3' kv put -cas=2 kv/app user=w pass=q
says 'version +4' kv patch kv/app extra=1
says 'version +5' kv patch -method=rw kv/app more=2
says 'version +6' kv patch -method=patch -cas=5 kv/app more=3
says 'user +u' kv get -version=1 kv/app
says 'app' kv list kv
says 'Success! Data deleted' kv delete kv/app
says 'deletion_time +2' kv get kv/app
says 'Success! Data written' kv undelete -versions=6 kv/app
says 'Success! Data deleted' kv delete -versions=1,2 kv/app
says 'Success! Data written' kv destroy -versions=2 kv/app
says 'version +7' kv rollback -version=3 kv/app
says 'Success' kv metadata put -max-versions=9 -delete-version-after=720h -custom-metadata=owner=ops kv/app
says 'Success' kv metadata patch -custom-metadata=room=b -cas-required=false kv/app
says 'max_versions +9' kv metadata get kv/app
says 'map\[owner:ops room:b\]' kv metadata get kv/app
says 'Success' kv metadata patch -remove-custom-metadata=room kv/app
says 'Success' kv metadata delete kv/app
refuses 2 'No value found' kv get kv/app
refuses 2 'No value found at kv/metadata' kv metadata get kv/app
says 'Success! Data written' kv put old/app user=u
says 'user +u' kv get old/app
says 'app' kv list old
says 'Success! Data deleted' kv delete old/app
refuses 2 'No value found at old/app' kv get old/app
refuses 2 'preflight capability check|No value|no handler|permission' kv get nowhere/app
says 'Success! Tuned' kv enable-versioning old
says 'Success! Data written' write cubbyhole/a b=c
says '^c' read -field=b cubbyhole/a
says 'Success! Data deleted' delete cubbyhole/a
refuses 2 'No value found at' read cubbyhole/a
says 'Invalid path for a versioned K/V secrets engine' read kv/app
says 'X-Vault-Request: true.*/v1/kv/data/app' kv get -output-curl-string kv/app
says 'capabilities = \["read"\]' kv get -output-policy kv/app
! has kv scan || refuses 2 'unsupported operation' kv scan kv/tree
