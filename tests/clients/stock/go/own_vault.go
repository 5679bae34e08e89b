//go:build !bao

package main

import (
	api "github.com/hashicorp/vault/api"
)

// ownChecks are the calls that only Vault's client has.
func ownChecks() []check {
	return []check{
		{"one mount and one auth method are read by name", func() {
			same("kv", must(root().Sys().GetMount("kv2")).Type)
			same("token", must(root().Sys().GetAuth("token")).Type)
			refused(400, "No secret engine mount at missing/", failure(root().Sys().GetMount("missing")))
		}},
		{"capabilities by accessor", func() {
			made := must(root().Auth().Token().Create(&api.TokenCreateRequest{Policies: []string{"default"}})).Auth
			same([]string{"read"}, must(root().Sys().CapabilitiesAccessor(made.Accessor, "auth/token/lookup-self")))
		}},
		{"requests with headers and read-your-writes", func() {
			asking := root()
			asking.SetReadYourWrites(true)
			must(asking.KVv2("kv2").Put(ctx, "app/ryw", map[string]any{"a": "b"}))
			same("b", must(asking.KVv2("kv2").Get(ctx, "app/ryw")).Data["a"])
		}},
		{"nothing is replicated, which needs no token to be told", func() {
			status := must(client("").Sys().ReplicationStatus())
			same("disabled", status.DR.Mode)
			same("disabled", status.Performance.Mode)
			same("disabled", must(client("").Sys().ReplicationDRStatusWithContext(ctx)).Mode)
			same("disabled", must(client("").Sys().ReplicationPerformanceStatusWithContext(ctx)).Mode)
		}},
	}
}
