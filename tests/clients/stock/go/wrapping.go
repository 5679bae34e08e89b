package main

import (
	"encoding/json"
	"time"

	api "github.com/hashicorp/vault/api"
)

func wrapChecks() []check {
	return []check{
		{"an answer is wrapped, looked up, unwrapped once", wrapOnce},
		{"a wrapping token unwraps by itself, and with a token beside it", func() {
			first, second := wrapped(), wrapped()
			same("u", must(client(first).Logical().Unwrap("")).Data["data"].(map[string]any)["user"])
			same("u", must(root().Logical().Unwrap(second)).Data["data"].(map[string]any)["user"])
		}},
		{"a login and a created token can be wrapped", func() {
			asking := root()
			asking.SetWrappingLookupFunc(func(string, string) string { return "1m" })
			answer := must(asking.Auth().Token().Create(&api.TokenCreateRequest{Policies: []string{"default"}, TTL: "1h"}))
			holds(answer.WrapInfo.WrappedAccessor != "", "no accessor of what is wrapped")
			inner := must(client(answer.WrapInfo.Token).Logical().Unwrap(""))
			same(answer.WrapInfo.WrappedAccessor, inner.Auth.Accessor)
			must(client(inner.Auth.ClientToken).Auth().Token().LookupSelf())
		}},
		{"wrap, rewrap and the TTL", func() {
			asking := root()
			asking.SetWrappingLookupFunc(func(string, string) string { return "90s" })
			first := must(asking.Logical().Write("sys/wrapping/wrap", map[string]any{"a": "b"})).WrapInfo
			same(90, first.TTL)
			second := must(root().Logical().Write("sys/wrapping/rewrap", map[string]any{"token": first.Token})).WrapInfo
			holds(second.Token != first.Token, "the same token")
			same(90, second.TTL)
			refused(400, "wrapping token is not valid or does not exist", failure(root().Logical().Unwrap(first.Token)))
			same("b", must(root().Logical().Unwrap(second.Token)).Data["a"])
		}},
	}
}

func wrapped() string {
	asking := root()
	asking.SetWrappingLookupFunc(func(operation, path string) string {
		if operation == "GET" && path == "kv2/data/app/db" {
			return "5m"
		}
		return ""
	})
	must(root().KVv2("kv2").Put(ctx, "app/db", map[string]any{"user": "u"}))
	answer := must(asking.Logical().Read("kv2/data/app/db"))
	same(300, answer.WrapInfo.TTL)
	same("kv2/data/app/db", answer.WrapInfo.CreationPath)
	holds(time.Since(answer.WrapInfo.CreationTime) < time.Minute, "time %s", answer.WrapInfo.CreationTime)
	holds(answer.WrapInfo.Accessor != "" && answer.WrapInfo.Token != "" && answer.Data == nil, "%+v", answer)
	return answer.WrapInfo.Token
}

func wrapOnce() {
	token := wrapped()
	found := must(client("").Logical().Write("sys/wrapping/lookup", map[string]any{"token": token}))
	same("kv2/data/app/db", found.Data["creation_path"])
	same(json.Number("300"), found.Data["creation_ttl"])
	same("u", must(client(token).Logical().Unwrap("")).Data["data"].(map[string]any)["user"])
	refused(400, "wrapping token is not valid or does not exist", failure(client(token).Logical().Unwrap("")))
	refused(400, "wrapping token is not valid or does not exist", failure(root().Logical().Unwrap(token)))
}
