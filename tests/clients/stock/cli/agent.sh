# shellcheck shell=bash disable=SC2154,SC2034
# Sourced by cli_session.sh: an agent with auto-auth by AppRole, templates and a caching listener, and a proxy.
run kv put kv/agent colour=green
printf 'path "kv/data/agent" { capabilities = ["read"] }\npath "pki/issue/web" { capabilities = ["update"] }\n' >agent-policy.hcl
run policy write agent agent-policy.hcl
run write auth/roles/role/agent token_policies=agent token_ttl=1h
field data.role_id read auth/roles/role/agent/role-id >role_id
field data.secret_id write -f auth/roles/role/agent/secret-id >secret_id
# shellcheck disable=SC2016
printf '{{ with secret "kv/data/agent" }}{{ .Data.data.colour }}{{ end }}' >colour.tpl
printf '{{ with pkiCert "pki/issue/web" "common_name=agent.example.org" "ttl=1h" }}{{ .Cert }}{{ end }}' >cert.tpl
port=$(/usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >agent.hcl <<END
pid_file = "$work/agent.pid"
vault { address = "$address" ca_cert = "$CA" }
auto_auth {
  method "approle" {
    mount_path = "auth/roles"
    config = { role_id_file_path = "$work/role_id", secret_id_file_path = "$work/secret_id", remove_secret_id_file_after_reading = false }
  }
  sink "file" { config = { path = "$work/sink" } }
}
cache { use_auto_auth_token = true }
listener "tcp" { address = "127.0.0.1:$port" tls_disable = true }
template { source = "$work/colour.tpl" destination = "$work/colour" }
template { source = "$work/cert.tpl" destination = "$work/cert" }
END
sed '/^template/d; s/^cache .*$/api_proxy { use_auto_auth_token = true }\ncache {}/; s/agent\.pid/proxy.pid/' agent.hcl >proxy.hcl

# by_agent KIND COMMAND... : the agent or proxy runs while the command waits for what it does.
by_agent() {
  local what=$1 pid
  shift
  "$cli" "$what" "-config=$what.hcl" >"$what.log" 2>&1 &
  pid=$!
  "$@"
  code=$? out=$(tail -n 15 "$what.log")
  kill "$pid" 2>/dev/null
  wait "$pid" 2>/dev/null
  return "$code"
}
within() { for _ in $(seq 100); do "$@" >/dev/null 2>&1 && return; sleep 0.2; done; return 1; }
rendered() { [ "$(cat colour 2>/dev/null)" = green ] && openssl x509 -noout -in cert && [ -s sink ]; }
through() { curl -sf "http://127.0.0.1:$port/v1/kv/data/agent" | grep -q green; }
both() { within rendered && within through; }
if has agent; then
  by_agent agent both
  judge 'agent: AppRole, sink, two templates, a listener that lends its token' $?
fi
if has proxy; then
  by_agent proxy within through
  judge 'proxy: a listener that lends its token' $?
fi
