package main

import (
	"encoding/json"
	"time"

	api "github.com/hashicorp/vault/api"
)

func tokenChecks() []check {
	return []check{
		{"a wrong and a missing token are refused", func() {
			refused(403, "permission denied", failure(client("hvs.aaaaaaaaaaaaaaaaaaaaaaaa").Auth().Token().LookupSelf()))
			refused(403, "permission denied", failure(client("").Auth().Token().LookupSelf()))
		}},
		{"a token is created, looked up, renewed and revoked", tokenLife},
		{"a token knows its policies, metadata, times and accessor", tokenFacts},
		{"accessors look up, renew and revoke", func() {
			made := must(root().Auth().Token().Create(&api.TokenCreateRequest{Policies: []string{"default"}, TTL: "1h"})).Auth
			found := must(root().Auth().Token().LookupAccessor(made.Accessor))
			same("", found.Data["id"])
			same(made.Accessor, must(found.TokenAccessor()))
			must(root().Auth().Token().RenewAccessor(made.Accessor, 60))
			ok(root().Auth().Token().RevokeAccessor(made.Accessor))
			refused(403, "permission denied", failure(client(made.ClientToken).Auth().Token().LookupSelf()))
			holds(failure(root().Auth().Token().LookupAccessor(made.Accessor)) != nil, "a revoked accessor was found")
		}},
		{"orphans outlive their maker, children do not", func() {
			maker := tokenWith("maker", `path "auth/token/create*" { capabilities = ["update", "sudo"] }`)
			orphan := must(client(maker).Auth().Token().CreateOrphan(&api.TokenCreateRequest{TTL: "1h"})).Auth
			child := must(client(maker).Auth().Token().Create(&api.TokenCreateRequest{TTL: "1h"})).Auth
			same(true, orphan.Orphan)
			ok(client(maker).Auth().Token().RevokeSelf("ignored"))
			must(client(orphan.ClientToken).Auth().Token().LookupSelf())
			refused(403, "permission denied", failure(client(child.ClientToken).Auth().Token().LookupSelf()))
		}},
		{"revoke-orphan leaves the children", func() {
			maker := tokenWith("maker", `path "auth/token/create" { capabilities = ["update"] }`)
			child := must(client(maker).Auth().Token().Create(&api.TokenCreateRequest{TTL: "1h"})).Auth
			ok(root().Auth().Token().RevokeOrphan(maker))
			must(client(child.ClientToken).Auth().Token().LookupSelf())
			ok(root().Auth().Token().RevokeTree(child.ClientToken))
		}},
		{"a token role shapes what is created with it", func() {
			write("auth/token/roles/app", map[string]any{"allowed_policies": "default", "period": "30m", "orphan": true})
			made := must(root().Auth().Token().CreateWithRole(&api.TokenCreateRequest{}, "app")).Auth
			same(1800, made.LeaseDuration)
			same(true, made.Orphan)
			found := must(root().Auth().Token().Lookup(made.ClientToken))
			same("app", found.Data["role"])
			same(json.Number("1800"), found.Data["period"])
			same([]any{"app"}, must(root().Logical().List("auth/token/roles")).Data["keys"])
			refused(400, "", failure(root().Auth().Token().CreateWithRole(&api.TokenCreateRequest{}, "missing")))
			must(root().Logical().Delete("auth/token/roles/app"))
		}},
		{"a batch token works and is not renewable", func() {
			made := must(root().Auth().Token().Create(&api.TokenCreateRequest{Type: "batch", TTL: "5m", Policies: []string{"default"}})).Auth
			same("", made.Accessor)
			found := must(client(made.ClientToken).Auth().Token().LookupSelf())
			same("batch", found.Data["type"])
			refused(400, "", failure(client(made.ClientToken).Auth().Token().RenewSelf(60)))
		}},
		{"a token of two uses works twice", func() {
			made := must(root().Auth().Token().Create(&api.TokenCreateRequest{NumUses: 2, Policies: []string{"default"}})).Auth
			same(json.Number("2"), must(root().Auth().Token().Lookup(made.ClientToken)).Data["num_uses"])
			must(client(made.ClientToken).Auth().Token().LookupSelf())
			must(client(made.ClientToken).Auth().Token().LookupSelf())
			refused(403, "permission denied", failure(client(made.ClientToken).Auth().Token().LookupSelf()))
		}},
	}
}

func tokenLife() {
	renewable := true
	made := must(root().Auth().Token().Create(&api.TokenCreateRequest{
		Policies: []string{"default"}, TTL: "1h", Renewable: &renewable, Metadata: map[string]string{"who": "go"}, DisplayName: "go",
	}))
	same(3600, made.Auth.LeaseDuration)
	mine := client(made.Auth.ClientToken)
	same(7200, must(mine.Auth().Token().RenewSelf(7200)).Auth.LeaseDuration)
	same(7200, must(root().Auth().Token().Renew(made.Auth.ClientToken, 7200)).Auth.LeaseDuration)
	same(7200, must(mine.Auth().Token().RenewTokenAsSelf(made.Auth.ClientToken, 7200)).Auth.LeaseDuration)
	ok(mine.Auth().Token().RevokeSelf(""))
	refused(403, "permission denied", failure(mine.Auth().Token().LookupSelf()))
}

func tokenFacts() {
	made := must(root().Auth().Token().Create(&api.TokenCreateRequest{
		Policies: []string{"default"}, TTL: "1h", ExplicitMaxTTL: "2h", Metadata: map[string]string{"who": "go"}, DisplayName: "go",
	}))
	found := must(client(made.Auth.ClientToken).Auth().Token().LookupSelf())
	same(made.Auth.ClientToken, must(found.TokenID()))
	same(made.Auth.Accessor, must(found.TokenAccessor()))
	same([]string{"default"}, must(found.TokenPolicies()))
	same(map[string]string{"who": "go"}, must(found.TokenMetadata()))
	same(true, must(found.TokenIsRenewable()))
	left := must(found.TokenTTL())
	holds(left > 59*time.Minute && left <= time.Hour, "ttl %s", left)
	same("token-go", found.Data["display_name"])
	same(json.Number("7200"), found.Data["explicit_max_ttl"])
	must(time.Parse(time.RFC3339Nano, found.Data["issue_time"].(string)))
	must(time.Parse(time.RFC3339Nano, found.Data["expire_time"].(string)))
	same("auth/token/create", found.Data["path"])
	self := must(root().Auth().Token().LookupSelf())
	same([]string{"root"}, must(self.TokenPolicies()))
	same(time.Duration(0), must(self.TokenTTL()))
	same(nil, self.Data["expire_time"])
}
