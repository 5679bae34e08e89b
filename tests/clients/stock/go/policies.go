package main

func policyChecks() []check {
	return []check{
		{"policies are written, read, listed and deleted", func() {
			rules := "path \"kv1/*\" {\n  capabilities = [\"read\", \"list\"]\n}\n"
			ok(root().Sys().PutPolicy("reader", rules))
			same(rules, must(root().Sys().GetPolicy("reader")))
			names := must(root().Sys().ListPolicies())
			found := map[string]bool{}
			for _, name := range names {
				found[name] = true
			}
			holds(found["reader"] && found["default"] && found["root"], "%v", names)
			ok(root().Sys().DeletePolicy("reader"))
			same("", must(root().Sys().GetPolicy("reader")))
			refused(400, "", root().Sys().PutPolicy("broken", "path {"))
			refused(400, "", root().Sys().PutPolicy("root", rules))
		}},
		{"capabilities of a token, of oneself, and of root", func() {
			token := tokenWith("some", `path "kv1/a" { capabilities = ["read", "update"] }`)
			same([]string{"read", "update"}, must(root().Sys().Capabilities(token, "kv1/a")))
			same([]string{"deny"}, must(client(token).Sys().CapabilitiesSelf("kv1/b")))
			same([]string{"root"}, must(root().Sys().CapabilitiesSelf("kv1/a")))
		}},
		{"a policy holds: allowed, denied, and by parameter", func() {
			token := tokenWith("narrow", `path "kv1/mine/*" { capabilities = ["create", "update", "read"] allowed_parameters = { "colour" = ["red", "blue"] } }`)
			mine := client(token).KVv1("kv1")
			ok(mine.Put(ctx, "mine/a", map[string]any{"colour": "red"}))
			refused(403, "permission denied", mine.Put(ctx, "mine/a", map[string]any{"colour": "green"}))
			refused(403, "permission denied", failure(mine.Get(ctx, "yours/a")))
			refused(403, "permission denied", failure(client(token).Sys().ListMounts()))
		}},
		{"an endpoint that wants sudo has it", func() {
			plain := tokenWith("plain", `path "sys/audit" { capabilities = ["read"] }`)
			refused(403, "permission denied", failure(client(plain).Sys().ListAudit()))
			raised := tokenWith("raised", `path "sys/audit" { capabilities = ["read", "sudo"] }`)
			must(client(raised).Sys().ListAudit())
		}},
	}
}
