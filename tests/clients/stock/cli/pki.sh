# shellcheck shell=bash disable=SC2154
# Sourced by cli_session.sh.
says 'Enabled the pki' secrets enable -max-lease-ttl=87600h pki
says 'certificate' write pki/root/generate/internal common_name=Root issuer_name=root ttl=87600h key_type=ec
says '.' write pki/config/urls "issuing_certificates=$address/v1/pki/ca" "crl_distribution_points=$address/v1/pki/crl"
says '.' write pki/roles/web allowed_domains=example.org allow_subdomains=true max_ttl=72h key_type=ec
says 'serial_number' write pki/issue/web common_name=a.example.org ttl=24h
serial=$(field data.serial_number write pki/issue/web common_name=b.example.org)
says 'BEGIN CERTIFICATE' read -field=certificate "pki/cert/$serial"
says 'revocation_time' write pki/revoke "serial_number=$serial"
says 'root' list -detailed pki/issuers
run secrets enable -path=inter pki
says 'certificate|Mount|Success' pki issue -issuer_name=inter pki/issuer/root inter common_name=Inter key_type=ec ttl=8760h
says 'path_match|key_id_match|signature_match|true' pki verify-sign pki/issuer/root inter/issuer/default
says 'inter' pki list-intermediates pki/issuer/root
run secrets enable -path=inter2 pki
says 'certificate|Success' pki reissue -issuer_name=again pki/issuer/root inter/issuer/inter inter2 common_name=Inter2
run pki health-check pki
[ "$code" -lt 5 ] && [[ $out =~ 'ca_validity_period' || $out =~ 'CA Validity Period' ]]
judge 'pki health-check pki' $?
says '.' pki health-check -list pki
