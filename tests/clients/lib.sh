# shellcheck shell=bash disable=SC2154
# Sourced by the suites of clients, after tests/lib.sh: one client's session on a server of its own, and what Go builds.
GO_WANTED=1.26

# session CLIENT KIND COMMAND... : runs one client's session on a fresh server and counts its lines.
session() {
  local name=$1-$2 kind=$2 log good bad
  shift 2
  new_site "$name" "$kind"
  if ! start_site "$name"; then
    FAILED=$((FAILED + 1))
    return
  fi
  log=$WORK/$name/session.log
  CA=$WORK/$name/tls.pem "$@" "$kind" "https://127.0.0.1:$(cat "$WORK/$name/port")" >"$log" 2>&1
  grep -vE '^[0-9]+ passed, [0-9]+ failed$' "$log"
  good=$(grep -c '^ok ' "$log") bad=$(grep -c '^FAILED ' "$log")
  [ "$good" -gt 0 ] || bad=$((bad + 1))
  PASSED=$((PASSED + good)) FAILED=$((FAILED + bad))
  [ "$bad" = 0 ] || tail -n 20 "$WORK/$name/server.log"
  check "$name: the server stops when asked" stop_site "$name"
}

# go_here : whether a Go that is new enough can be found; puts it on the path.
go_here() {
  type -P go >/dev/null || PATH=$PATH:/usr/local/go/bin
  type -P go >/dev/null && [ "$(printf '%s\ngo%s\n' "$(go env GOVERSION)" "$GO_WANTED" | sort -V | head -n 1)" = "go$GO_WANTED" ]
}

# build_programs : target/stock/go-vault and go-bao, from the same sources on the one and the other client. go.mod names
# the versions, go.sum what they have to hash to.
build_programs() {
  local copy=$top/target/stock/bao
  (cd tests/clients/stock/go && timeout 300 go build -mod=readonly -o "$top/target/stock/go-vault" .) || return
  rm -rf "$copy" && mkdir -p "$copy" && cp tests/clients/stock/go/* "$copy" || return
  sed -i 's|"github.com/hashicorp/vault/api"$|"github.com/openbao/openbao/api/v2"|' "$copy"/*.go
  (cd "$copy" && timeout 300 go build -mod=readonly -tags bao -o "$top/target/stock/go-bao" .)
}

# program NAME KIND ADDRESS : the session of one of them.
program() {
  timeout 180 "$top/target/stock/$1" "$2" "$3" "$CA"
}
