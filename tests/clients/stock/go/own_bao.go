//go:build bao

package main

// ownChecks are the calls that only OpenBao's client has.
func ownChecks() []check {
	return []check{
		{"kv lists, and by pages; whole trees it does not", func() {
			kv := root().KVv2("kv2")
			must(kv.Put(ctx, "tree/a/b", map[string]any{"a": "b"}))
			must(kv.Put(ctx, "tree/c", map[string]any{"a": "b"}))
			holds(len(must(kv.List(ctx, "tree")).Keys) == 2, "list")
			page := must(root().Logical().ListPage("kv2/metadata/tree", "a/", 1))
			same([]any{"c"}, page.Data["keys"])
			refused(405, "unsupported operation", failure(root().Logical().Scan("kv2/metadata/tree")))
		}},
		{"the keyring and the root key turn by their new paths", func() {
			before := must(root().Sys().KeyStatus()).Term
			ok(root().Sys().RotateKeyring())
			same(before+1, must(root().Sys().KeyStatus()).Term)
			same("kv", must(root().Sys().MountInfo("kv2")).Type)
		}},
	}
}
