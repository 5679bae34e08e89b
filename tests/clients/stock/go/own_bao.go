//go:build bao

package main

// ownChecks are the calls that only OpenBao's client has.
func ownChecks() []check {
	return []check{
		{"kv lists, by pages, whole trees, and with what is known of each", func() {
			kv := root().KVv2("kv2")
			must(kv.Put(ctx, "tree/a/b", map[string]any{"a": "b"}))
			must(kv.Put(ctx, "tree/c", map[string]any{"a": "b"}))
			holds(len(must(kv.List(ctx, "tree")).Keys) == 2, "list")
			page := must(root().Logical().ListPage("kv2/metadata/tree", "a/", 1))
			same([]any{"c"}, page.Data["keys"])
			same([]any{"a/b", "c"}, must(root().Logical().Scan("kv2/metadata/tree")).Data["keys"])
			same([]any{"c"}, must(root().Logical().ScanPage("kv2/metadata/tree", "a/b", 1)).Data["keys"])
			holds(len(must(kv.Scan(ctx, "tree")).Keys) == 2, "scan")
			holds(len(must(kv.ListWithDetails(ctx, "tree")).Keys) == 2, "list with details")
			holds(len(must(kv.ScanWithDetails(ctx, "tree")).Keys) == 2, "scan with details")
			refused(405, "unsupported operation", failure(root().Logical().Scan("sys/policies/acl")))
		}},
		{"the keyring and the root key turn by their new paths", func() {
			before := must(root().Sys().KeyStatus()).Term
			ok(root().Sys().RotateKeyring())
			same(before+1, must(root().Sys().KeyStatus()).Term)
			same("kv", must(root().Sys().MountInfo("kv2")).Type)
		}},
	}
}
