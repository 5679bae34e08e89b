package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"

	api "github.com/hashicorp/vault/api"
)

func systemChecks() []check {
	return []check{
		{"an audit device is enabled, listed, hashes and is disabled", func() {
			ok(root().Sys().EnableAuditWithOptions("second", &api.EnableAuditOptions{
				Type: "file", Description: "another", Options: map[string]string{"file_path": filepath.Join(filepath.Dir(ca), "second.log")},
			}))
			found := must(root().Sys().ListAudit())["second/"]
			same("file", found.Type)
			same("another", found.Description)
			hash := must(root().Sys().AuditHash("second", "text"))
			holds(len(hash) == len("hmac-sha256:")+64, "%s", hash)
			ok(root().Sys().DisableAudit("second"))
			refused(400, "", root().Sys().EnableAuditWithOptions("third", &api.EnableAuditOptions{Type: "no-such-device"}))
		}},
		{"key status and rotation", func() {
			before := must(root().Sys().KeyStatus())
			holds(!before.InstallTime.IsZero(), "%+v", before)
			ok(root().Sys().Rotate())
			same(before.Term+1, must(root().Sys().KeyStatus()).Term)
		}},
		{"CORS is configured, shown and taken away", func() {
			ok(root().Sys().ConfigureCORS(&api.CORSRequest{AllowedOrigins: []string{"https://ui.example"}, AllowedHeaders: []string{"X-Mine"}, Enabled: true}))
			found := must(root().Sys().CORSStatus())
			same(true, found.Enabled)
			same([]string{"https://ui.example"}, found.AllowedOrigins)
			ok(root().Sys().DisableCORS())
			same(false, must(root().Sys().CORSStatus()).Enabled)
		}},
		{"plugins are listed and shown", func() {
			found := must(root().Sys().ListPlugins(&api.ListPluginsInput{}))
			holds(len(found.PluginsByType[api.PluginTypeSecrets]) > 0 && len(found.PluginsByType[api.PluginTypeCredential]) > 0, "%+v", found.PluginsByType)
			holds(len(found.Details) > 0 && found.Details[0].Builtin, "%+v", found.Details)
			one := must(root().Sys().GetPlugin(&api.GetPluginInput{Name: "userpass", Type: api.PluginTypeCredential}))
			same(true, one.Builtin)
			holds(failure(root().Sys().GetPlugin(&api.GetPluginInput{Name: "nothing", Type: api.PluginTypeSecrets})) != nil, "it exists")
		}},
		{"a snapshot is saved, and restored over what came after", snapshot},
		{"leases: a certificate's lease is looked up, renewed as far as it goes, and revoked", leases},
		{"help for a mount and a path", func() {
			holds(must(root().Help("kv2")).Help != "", "no help")
			found := must(root().Help("sys/mounts"))
			holds(found.Help != "", "no help")
		}},
		{"quotas and password policies", func() {
			write("sys/quotas/rate-limit/wide", map[string]any{"rate": 10000, "interval": "1s", "path": "kv1/"})
			same(json.Number("10000"), read("sys/quotas/rate-limit/wide").Data["rate"])
			same([]any{"wide"}, must(root().Logical().List("sys/quotas/rate-limit")).Data["keys"])
			must(root().Logical().Delete("sys/quotas/rate-limit/wide"))
			rules := "length = 20\nrule \"charset\" {\n  charset = \"abcdef\"\n}\n"
			write("sys/policies/password/six", map[string]any{"policy": rules})
			same(rules, read("sys/policies/password/six").Data["policy"])
			same(20, len(read("sys/policies/password/six/generate").Data["password"].(string)))
			must(root().Logical().Delete("sys/policies/password/six"))
		}},
		{"namespaces: the root is one, others are not there", func() {
			must(root().WithNamespace("root").Auth().Token().LookupSelf())
			must(root().WithNamespace("").Auth().Token().LookupSelf())
			holds(failure(root().WithNamespace("team").Auth().Token().LookupSelf()) != nil, "a namespace that nobody made")
		}},
	}
}

func snapshot() {
	ok(root().KVv1("kv1").Put(ctx, "kept", map[string]any{"a": "before"}))
	var saved bytes.Buffer
	ok(root().Sys().RaftSnapshot(&saved))
	holds(saved.Len() > 1000, "%d bytes", saved.Len())
	ok(root().KVv1("kv1").Put(ctx, "kept", map[string]any{"a": "after"}))
	ok(os.WriteFile(filepath.Join(filepath.Dir(ca), "saved.snap"), saved.Bytes(), 0o600))
	ok(root().Sys().RaftSnapshotRestore(bytes.NewReader(saved.Bytes()), false))
	if must(client("").Sys().SealStatus()).Sealed {
		unseal()
	}
	same("before", must(root().KVv1("kv1").Get(ctx, "kept")).Data["a"])
	refused(400, "", root().Sys().RaftSnapshotRestore(bytes.NewReader([]byte("no snapshot")), false))
}

func leases() {
	ok(root().Sys().Mount("leased", &api.MountInput{Type: "pki"}))
	write("leased/root/generate/internal", map[string]any{"common_name": "leases", "key_type": "ec", "key_bits": 256})
	write("leased/roles/any", map[string]any{"allow_any_name": true, "generate_lease": true, "ttl": "10m", "key_type": "ec", "key_bits": 256})
	issued := write("leased/issue/any", map[string]any{"common_name": "a.example"})
	holds(issued.LeaseID != "" && issued.LeaseDuration > 590, "%s %d", issued.LeaseID, issued.LeaseDuration)
	found := must(root().Sys().Lookup(issued.LeaseID))
	same(issued.LeaseID, found.Data["id"])
	refused(400, "not renewable", failure(root().Sys().Renew(issued.LeaseID, 60)))
	ok(root().Sys().Revoke(issued.LeaseID))
	serial := issued.Data["serial_number"].(string)
	soon("the certificate is revoked with its lease", func() bool {
		return read("leased/cert/" + serial).Data["revocation_time"] != json.Number("0")
	})
	write("leased/issue/any", map[string]any{"common_name": "b.example"})
	ok(root().Sys().RevokePrefix("leased/issue/any"))
	ok(root().Sys().RevokeForce("leased/issue/any"))
	soon("the lease is gone", func() bool { return failure(root().Sys().Lookup(issued.LeaseID)) != nil })
	ok(root().Sys().Unmount("leased"))
}
