package main

import (
	"encoding/json"
	"strings"

	api "github.com/hashicorp/vault/api"
)

func mountChecks() []check {
	return []check{
		{"a mount is listed, tuned, moved and removed", mountLife},
		{"an unknown type, a taken path and a missing mount are named", func() {
			refused(400, "", root().Sys().Mount("odd", &api.MountInput{Type: "no-such-engine"}))
			refused(400, "in use", root().Sys().Mount("kv1", &api.MountInput{Type: "kv"}))
			refused(400, "", failure(root().Sys().MountConfig("missing")))
			ok(root().Sys().Unmount("missing"))
		}},
		{"the mounts that are always there", func() {
			mounts := must(root().Sys().ListMounts())
			for _, name := range []string{"cubbyhole/", "identity/", "sys/"} {
				holds(mounts[name] != nil, "no %s", name)
				holds(mounts[name].Accessor != "" && mounts[name].UUID != "", "%+v", mounts[name])
			}
			same(true, mounts["cubbyhole/"].Local)
		}},
		{"an auth method is enabled, tuned, listed and disabled", authLife},
		{"kv mounts answer the question the kv commands ask first", func() {
			found := read("sys/internal/ui/mounts/kv2/app/db")
			same("kv2/", found.Data["path"])
			same("2", found.Data["options"].(map[string]any)["version"])
			reader := tokenWith("kv-reader", `path "kv2/data/app/*" { capabilities = ["read"] }`)
			must(client(reader).Logical().Read("sys/internal/ui/mounts/kv2/app/db"))
			refused(403, "preflight capability check returned 403", failure(client(reader).Logical().Read("sys/internal/ui/mounts/kv1/app")))
			shown := must(client(reader).Logical().Read("sys/internal/ui/mounts")).Data["secret"].(map[string]any)
			holds(shown["kv2/"] != nil && shown["kv1/"] == nil, "shown: %v", shown)
		}},
	}
}

func mountLife() {
	ok(root().Sys().Mount("team/kv", &api.MountInput{
		Type: "kv", Description: "the team's", Config: api.MountConfigInput{DefaultLeaseTTL: "1h", MaxLeaseTTL: "24h", ListingVisibility: "unauth"},
	}))
	mount := must(root().Sys().ListMounts())["team/kv/"]
	same("kv", mount.Type)
	same("the team's", mount.Description)
	same(3600, mount.Config.DefaultLeaseTTL)
	same(86400, mount.Config.MaxLeaseTTL)
	same("unauth", mount.Config.ListingVisibility)
	holds(strings.HasPrefix(mount.Accessor, "kv_") && mount.UUID != "", "%+v", mount)
	text := "renamed"
	ok(root().Sys().TuneMount("team/kv", api.MountConfigInput{
		DefaultLeaseTTL: "2h", Description: &text, AuditNonHMACRequestKeys: []string{"a"}, AuditNonHMACResponseKeys: []string{"b"},
		PassthroughRequestHeaders: []string{"X-One"}, AllowedResponseHeaders: []string{"X-Two"},
	}))
	tuned := must(root().Sys().MountConfig("team/kv"))
	same(7200, tuned.DefaultLeaseTTL)
	same([]string{"a"}, tuned.AuditNonHMACRequestKeys)
	same([]string{"b"}, tuned.AuditNonHMACResponseKeys)
	same([]string{"X-One"}, tuned.PassthroughRequestHeaders)
	same([]string{"X-Two"}, tuned.AllowedResponseHeaders)
	same("renamed", must(root().Sys().ListMounts())["team/kv/"].Description)
	ok(root().KVv1("team/kv").Put(ctx, "a", map[string]any{"b": "c"}))
	moved := must(root().Sys().StartRemount("team/kv", "team/moved"))
	soon("the move ends", func() bool {
		return must(root().Sys().RemountStatus(moved.MigrationID)).MigrationInfo.MigrationStatus == "success"
	})
	same("c", must(root().KVv1("team/moved").Get(ctx, "a")).Data["b"])
	ok(root().Sys().Unmount("team/moved"))
}

func authLife() {
	ok(root().Sys().EnableAuthWithOptions("people", &api.EnableAuthOptions{
		Type: "userpass", Description: "people", Config: api.AuthConfigInput{DefaultLeaseTTL: "1h", ListingVisibility: "unauth", TokenType: "default-service"},
	}))
	mount := must(root().Sys().ListAuth())["people/"]
	same("userpass", mount.Type)
	same(3600, mount.Config.DefaultLeaseTTL)
	same("default-service", mount.Config.TokenType)
	holds(strings.HasPrefix(mount.Accessor, "auth_userpass_"), "%s", mount.Accessor)
	ok(root().Sys().TuneMount("auth/people", api.MountConfigInput{
		MaxLeaseTTL: "4h", UserLockoutConfig: &api.UserLockoutConfigInput{LockoutThreshold: "7", LockoutDuration: "10m"},
	}))
	tuned := must(root().Sys().MountConfig("auth/people"))
	same(14400, tuned.MaxLeaseTTL)
	same(json.Number("7"), must(root().Logical().Read("sys/auth/people/tune")).Data["user_lockout_threshold"])
	shown := must(client("").Logical().Read("sys/internal/ui/mounts")).Data["auth"].(map[string]any)
	holds(shown["people/"] != nil, "not shown before a login: %v", shown)
	ok(root().Sys().DisableAuth("people"))
	holds(must(root().Sys().ListAuth())["people/"] == nil, "still there")
	refused(400, "", root().Sys().EnableAuthWithOptions("odd", &api.EnableAuthOptions{Type: "no-such-method"}))
}
