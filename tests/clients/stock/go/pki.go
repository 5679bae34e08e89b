package main

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"strings"
	"time"

	api "github.com/hashicorp/vault/api"
)

func pkiChecks() []check {
	return []check{
		{"a root, its URLs and a role", func() {
			ok(root().Sys().Mount("pki", &api.MountInput{Type: "pki", Config: api.MountConfigInput{MaxLeaseTTL: "87600h"}}))
			made := write("pki/root/generate/internal", map[string]any{"common_name": "Stock Root", "ttl": "87600h", "key_type": "ec", "key_bits": 256})
			certificate(made.Data["certificate"])
			write("pki/config/urls", map[string]any{"issuing_certificates": address + "/v1/pki/ca", "crl_distribution_points": address + "/v1/pki/crl"})
			write("pki/roles/web", map[string]any{
				"allowed_domains": "example.org", "allow_subdomains": true, "max_ttl": "72h", "key_type": "ec", "key_bits": 256,
			})
			same([]any{"example.org"}, read("pki/roles/web").Data["allowed_domains"])
		}},
		{"issue gives a chain that verifies", func() {
			made := write("pki/issue/web", map[string]any{"common_name": "a.example.org", "ttl": "24h", "alt_names": "b.example.org"})
			same("", made.LeaseID)
			leaf, authority := certificate(made.Data["certificate"]), certificate(made.Data["issuing_ca"])
			trusted := x509.NewCertPool()
			trusted.AddCert(authority)
			must(leaf.Verify(x509.VerifyOptions{Roots: trusted, DNSName: "b.example.org"}))
			same([]any{made.Data["issuing_ca"]}, made.Data["ca_chain"])
			same(json.Number(itoa(leaf.NotAfter.Unix())), made.Data["expiration"])
			holds(strings.Contains(made.Data["private_key"].(string), "PRIVATE KEY"), "no key")
			refused(400, "not allowed", failure(root().Logical().Write("pki/issue/web", map[string]any{"common_name": "a.example.com"})))
		}},
		{"sign, look up, revoke, and the list of revoked", func() {
			csr, _ := request("c.example.org")
			made := write("pki/sign/web", map[string]any{"csr": csr, "common_name": "c.example.org"})
			serial := made.Data["serial_number"].(string)
			same(made.Data["certificate"], strings.TrimSpace(read("pki/cert/" + serial).Data["certificate"].(string)))
			holds(write("pki/revoke", map[string]any{"serial_number": serial}).Data["revocation_time"] != nil, "no time")
			same([]any{serial}, must(root().Logical().List("pki/certs/revoked")).Data["keys"])
			list := must(x509.ParseRevocationList(raw("pki/crl")))
			same(1, len(list.RevokedCertificateEntries))
		}},
		{"an intermediate is signed and set", func() {
			ok(root().Sys().Mount("int", &api.MountInput{Type: "pki"}))
			asked := write("int/intermediate/generate/internal", map[string]any{"common_name": "Stock Intermediate", "key_type": "ec", "key_bits": 256})
			signed := write("pki/root/sign-intermediate", map[string]any{"csr": asked.Data["csr"], "common_name": "Stock Intermediate", "ttl": "8760h"})
			set := write("int/intermediate/set-signed", map[string]any{"certificate": signed.Data["certificate"]})
			same(1, len(set.Data["imported_issuers"].([]any)))
			found := must(root().Logical().List("int/issuers"))
			id := found.Data["keys"].([]any)[0].(string)
			same(id, read("int/issuer/" + id).Data["issuer_id"])
			same("prime", must(root().Logical().JSONMergePatch(ctx, "int/issuer/"+id, map[string]any{"issuer_name": "prime"})).Data["issuer_name"])
		}},
	}
}

// certManagerChecks are the calls of cert-manager's Vault issuer, with the strings for numbers that it sends.
func certManagerChecks() []check {
	return []check{
		{"cert-manager: login by AppRole, health, lookup-self, sign", func() {
			ok(root().Sys().PutPolicy("issuer", `path "pki/sign/web" { capabilities = ["create", "update"] }`))
			write("auth/approle/role/cert-manager", map[string]any{"token_policies": "issuer", "token_ttl": "10m"})
			guest := client("")
			health := guest.NewRequest("GET", "/v1/sys/health")
			same(200, status(must(guest.RawRequest(health))))
			asked := guest.NewRequest("POST", "/v1/auth/approle/login")
			ok(asked.SetJSONBody(map[string]string{
				"role_id":   read("auth/approle/role/cert-manager/role-id").Data["role_id"].(string),
				"secret_id": write("auth/approle/role/cert-manager/secret-id", nil).Data["secret_id"].(string),
			}))
			answer := must(guest.RawRequest(asked))
			var login api.Secret
			ok(answer.DecodeJSON(&login))
			guest.SetToken(must(login.TokenID()))
			lookup := guest.NewRequest("GET", "/v1/auth/token/lookup-self")
			same(200, status(must(guest.RawRequest(lookup))))
			csr, key := request("d.example.org")
			sign := guest.NewRequest("POST", "/v1/pki/sign/web")
			sign.Headers.Set("X-VAULT-NAMESPACE", "")
			ok(sign.SetJSONBody(map[string]string{
				"common_name": "d.example.org", "alt_names": "d.example.org", "ip_sans": "", "uri_sans": "", "ttl": "1h0m0s",
				"csr": csr, "exclude_cn_from_sans": "true",
			}))
			signed := must(guest.RawRequest(sign))
			var bundle api.Secret
			ok(signed.DecodeJSON(&bundle))
			leaf := certificate(bundle.Data["certificate"])
			holds(key.PublicKey.Equal(leaf.PublicKey), "another key")
			left := time.Until(leaf.NotAfter)
			holds(left > 59*time.Minute && left <= time.Hour, "valid for %s", left)
			same(bundle.Data["issuing_ca"], bundle.Data["ca_chain"].([]any)[0])
		}},
		{"cert-manager: an error and a sealed-or-not answer are told apart", func() {
			holds(failure(root().Logical().Write("pki/sign/web", map[string]any{"csr": "no request"})) != nil, "signed")
		}},
	}
}

func certificate(text any) *x509.Certificate {
	block, rest := pem.Decode([]byte(text.(string)))
	holds(block != nil && strings.TrimSpace(string(rest)) == "", "no certificate: %v", text)
	return must(x509.ParseCertificate(block.Bytes))
}

// raw reads a path whose answer is no JSON.
func raw(path string) []byte {
	answer := must(root().Logical().ReadRaw(path))
	defer answer.Body.Close()
	return must(io.ReadAll(answer.Body))
}
