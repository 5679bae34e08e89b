#!/usr/bin/env bash
# tofu_session.sh TOFU PROVIDER hsm|shamir ADDRESS : OpenTofu and the provider for Vault on a server that was never
# initialised: apply, a plan without a difference, a change, a destroy. CA names the server's CA file.
set -uo pipefail
tofu=$1 provider=$2 kind=$3 address=$4
here=$(cd "$(dirname "$0")" && pwd)
work=$(cd "$(dirname "$CA")" && pwd)/tofu
mkdir -p "$work/home"
cp "$here"/tofu/*.tf "$work" && cd "$work" || exit 1
passed=0 failed=0

# The provider is taken from where it lies; nothing is downloaded, and nothing is asked of a registry.
cat >tofu.rc <<END
provider_installation {
  dev_overrides { "hashicorp/vault" = "$(cd "$(dirname "$provider")" && pwd)" }
  direct { exclude = ["*/*"] }
}
disable_checkpoint = true
END
export HOME=$work/home TF_CLI_CONFIG_FILE=$work/tofu.rc VAULT_ADDR=$address VAULT_CACERT=$CA TF_IN_AUTOMATION=1 CHECKPOINT_DISABLE=1

judge() { # judge TEXT COMMAND...
  local text=$1
  shift
  if "$@" >step.log 2>&1; then
    passed=$((passed + 1))
    echo "ok      $text"
  else
    failed=$((failed + 1))
    echo "FAILED  $text"
    sed 's/^/        /' step.log | tail -n "${LINES_SHOWN:-60}"
  fi
}

member() { /usr/bin/python3 -c 'import functools, json, sys
print(functools.reduce(lambda at, name: at[int(name) if isinstance(at, list) else name], sys.argv[1].split("."), json.load(sys.stdin)))' "$1"; }

api() { curl -sf --cacert "$CA" -X "$1" -H "X-Vault-Token: ${VAULT_TOKEN:-}" ${3:+--data "$3"} "$address/v1/$2"; }

prepare() {
  local shares='{"recovery_shares":1,"recovery_threshold":1}' made
  [ "$kind" = hsm ] || shares='{"secret_shares":1,"secret_threshold":1}'
  made=$(api PUT sys/init "$shares") || return
  [ "$kind" = hsm ] || api PUT sys/unseal "{\"key\":\"$(member keys.0 <<<"$made")\"}" || return
  VAULT_TOKEN=$(member root_token <<<"$made")
  export VAULT_TOKEN
  for _ in $(seq 50); do if api GET sys/mounts >/dev/null; then break; fi; sleep 0.2; done
  openssl ecparam -name prime256v1 -genkey -noout -out jwt.key && openssl ec -in jwt.key -pubout -out jwt.pub &&
    made_certificate worker && made_certificate authority -addext basicConstraints=critical,CA:TRUE &&
    cat authority.key >>authority.pem &&
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=c.example.org -keyout request.key -out request.pem
}

made_certificate() {
  local name=$1
  shift
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=$name" -keyout "$name.key" -out "$name.pem" "$@"
}

# plan WANTED COMMAND... : the exit code of a plan: 0 for no difference, 2 for one.
plan() {
  local wanted=$1 code
  shift
  "$tofu" plan -no-color -input=false -detailed-exitcode "$@"
  code=$?
  [ "$code" = "$wanted" ]
}
apply() { "$tofu" apply -no-color -input=false -auto-approve -parallelism=4 "$@"; }
colour() { [ "$(api GET kv/data/app/db | member data.data.colour)" = "$1" ]; }
gone() { ! api GET sys/mounts | grep -q '"kv/"' && ! api LIST identity/entity/name; }

judge 'an open server and a root token' prepare
judge 'validate' "$tofu" validate -no-color
judge 'apply' apply
judge 'the secret is there' colour green
judge 'a plan without a difference' plan 0
judge 'a plan with a change' plan 2 -var colour=red
judge 'apply the change' apply -var colour=red
judge 'the secret is changed' colour red
judge 'again a plan without a difference' plan 0 -var colour=red
judge 'destroy' "$tofu" destroy -no-color -input=false -auto-approve -var colour=red
judge 'nothing is left' gone
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
