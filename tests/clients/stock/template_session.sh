#!/usr/bin/env bash
# template_session.sh CONSUL-TEMPLATE hsm|shamir ADDRESS : consul-template renders secrets and certificates, follows a changed
# secret, and renews its token. CA names the server's CA file.
set -uo pipefail
program=$1 kind=$2 address=$3
work=$(cd "$(dirname "$CA")" && pwd)/templates
mkdir -p "$work"
cd "$work" || exit 1
passed=0 failed=0 token='' pid=''
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null' EXIT

api() { curl -sf --cacert "$CA" -X "$1" -H "X-Vault-Token: $token" ${3:+--data "$3"} "$address/v1/$2"; }
member() { /usr/bin/python3 -c 'import functools, json, sys
print(functools.reduce(lambda at, name: at[int(name) if isinstance(at, list) else name], sys.argv[1].split("."), json.load(sys.stdin)))' "$1"; }
within() { for _ in $(seq 150); do "$@" >/dev/null 2>&1 && return; sleep 0.2; done; return 1; }

judge() { # judge TEXT COMMAND...
  local text=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
    echo "ok      $text"
  else
    failed=$((failed + 1))
    echo "FAILED  $text"
    tail -n 15 template.log 2>/dev/null | sed 's/^/        /'
  fi
}

# prepare : an open server with a secret of each kind, an authority, and a token for the program.
prepare() {
  local shares='{"recovery_shares":1,"recovery_threshold":1}' made
  [ "$kind" = hsm ] || shares='{"secret_shares":1,"secret_threshold":1}'
  made=$(api PUT sys/init "$shares") || return
  token=$(member root_token <<<"$made")
  [ "$kind" = hsm ] || api PUT sys/unseal "{\"key\":\"$(member keys.0 <<<"$made")\"}" >/dev/null || return
  within api GET sys/mounts || return
  api POST sys/mounts/kv '{"type":"kv","options":{"version":"2"}}' && api POST sys/mounts/old '{"type":"kv"}' &&
    api POST sys/mounts/pki '{"type":"pki"}' && api POST kv/data/app '{"data":{"colour":"green"}}' >/dev/null &&
    api POST old/app '{"colour":"blue","ttl":"2s"}' &&
    api POST pki/root/generate/internal '{"common_name":"Templates","key_type":"ec","ttl":"48h"}' >/dev/null &&
    api POST pki/roles/web '{"allow_any_name":true,"key_type":"ec","max_ttl":"1h","generate_lease":true}' >/dev/null &&
    api PUT sys/policies/acl/templates '{"policy":"path \"kv/*\" { capabilities = [\"read\", \"list\"] } path \"old/*\" { capabilities = [\"read\"] } path \"pki/issue/web\" { capabilities = [\"update\"] }"}' &&
    token_for_program=$(api POST auth/token/create '{"policies":["templates"],"ttl":"8s"}' | member auth.client_token)
}

# shellcheck disable=SC2016 # the program's templates, not the shell's words
write_templates() {
  echo '{{ with secret "kv/data/app" }}{{ .Data.data.colour }}{{ end }}' >two.tpl
  echo '{{ with secret "old/app" }}{{ .Data.colour }}{{ end }}' >one.tpl
  echo '{{ range secrets "kv/metadata" }}{{ . }} {{ end }}' >list.tpl
  echo '{{ with secret "pki/issue/web" "common_name=leased.example" "ttl=10m" }}{{ .Data.certificate }}{{ end }}' >leased.tpl
  echo '{{ with pkiCert "pki/issue/web" "common_name=kept.example" "ttl=10m" }}{{ .Cert }}{{ .CA }}{{ end }}' >kept.tpl
  {
    printf 'vault {\n  address = "%s"\n  token = "%s"\n  renew_token = true\n' "$address" "$token_for_program"
    printf '  default_lease_duration = "3s"\n  ssl { ca_cert = "%s" }\n}\n' "$CA"
    for name in two one list leased kept; do
      printf 'template {\n  source = "%s/%s.tpl"\n  destination = "%s/%s.out"\n}\n' "$work" "$name" "$work" "$name"
    done
  } >template.hcl
}

holds() { grep -q "$1" "$2.out"; }
subject() { openssl x509 -noout -subject -in "$1.out" | grep -q "$2"; }
outlived() { sleep 9 && curl -sf --cacert "$CA" -H "X-Vault-Token: $token_for_program" "$address/v1/auth/token/lookup-self" >/dev/null; }
changed() { api POST kv/data/app '{"data":{"colour":"red"}}' >/dev/null && within holds red two; }

judge 'a server with secrets' prepare
write_templates
"$program" -config template.hcl -log-level info >template.log 2>&1 &
pid=$!
judge 'a kv 2 secret is rendered' within holds green two
judge 'a kv 1 secret with a lease is rendered' within holds blue one
judge 'a list is rendered' within holds app list
judge 'a leased certificate is rendered' within subject leased leased.example
judge 'pkiCert renders a certificate' within subject kept kept.example
judge 'a changed secret is rendered anew' changed
judge 'its token outlives its first life' outlived
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
