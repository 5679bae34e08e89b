package main

import (
	"strings"

	api "github.com/hashicorp/vault/api"
)

func loginChecks() []check {
	return []check{
		{"a user logs in, and not with a wrong password", func() {
			ok(root().Sys().EnableAuthWithOptions("userpass", &api.EnableAuthOptions{Type: "userpass"}))
			write("auth/userpass/users/ada", map[string]any{"password": "correct horse", "token_policies": "default", "token_ttl": "20m"})
			guest := client("")
			made := must(guest.Auth().Login(ctx, userLogin("ada", "correct horse")))
			same(1200, made.Auth.LeaseDuration)
			same(made.Auth.ClientToken, guest.Token())
			same("ada", made.Auth.Metadata["username"])
			same("userpass-ada", must(guest.Auth().Token().LookupSelf()).Data["display_name"])
			_, problem := client("").Auth().Login(ctx, userLogin("ada", "wrong"))
			refused(400, "invalid username or password", unwrapAll(problem))
		}},
		{"an AppRole logs in with a secret id, its wrapped secret id, and not twice", roleLogin},
		{"a certificate logs in", certificateLogin},
		{"a JWT logs in", jwtLogin},
		{"a login makes an entity, which identity shows", func() {
			guest := client("")
			made := must(guest.Auth().Login(ctx, userLogin("ada", "correct horse")))
			found := read("identity/entity/id/" + made.Auth.EntityID)
			same("ada", found.Data["aliases"].([]any)[0].(map[string]any)["name"])
			write("identity/group", map[string]any{"name": "crew", "policies": "default", "member_entity_ids": made.Auth.EntityID})
			same("crew", read("identity/group/name/crew").Data["name"])
		}},
	}
}

func roleLogin() {
	ok(root().Sys().EnableAuthWithOptions("approle", &api.EnableAuthOptions{Type: "approle"}))
	write("auth/approle/role/app", map[string]any{"token_policies": "default", "token_ttl": "10m", "secret_id_num_uses": 1})
	id := read("auth/approle/role/app/role-id").Data["role_id"].(string)
	secret := write("auth/approle/role/app/secret-id", map[string]any{"metadata": `{"host":"a"}`}).Data
	made := must(client("").Auth().Login(ctx, roleLoginOf(id, secret["secret_id"].(string), false)))
	same(600, made.Auth.LeaseDuration)
	same("app", made.Auth.Metadata["role_name"])
	_, problem := client("").Auth().Login(ctx, roleLoginOf(id, secret["secret_id"].(string), false))
	refused(400, "invalid role or secret ID", unwrapAll(problem))
	asking := root()
	asking.SetWrappingLookupFunc(func(string, string) string { return "1m" })
	wrapped := must(asking.Logical().Write("auth/approle/role/app/secret-id", nil)).WrapInfo
	same("auth/approle/role/app/secret-id", wrapped.CreationPath)
	must(client("").Auth().Login(ctx, roleLoginOf(id, wrapped.Token, true)))
}

func certificateLogin() {
	pair := selfSigned("worker")
	ok(root().Sys().EnableAuthWithOptions("cert", &api.EnableAuthOptions{Type: "cert"}))
	write("auth/cert/certs/worker", map[string]any{"certificate": pair.pem, "allowed_common_names": "worker", "token_policies": "default"})
	settings := config()
	settings.HttpClient.Transport = pair.transport(ca)
	guest := must(api.NewClient(settings))
	made := must(guest.Logical().Write("auth/cert/login", map[string]any{"name": "worker"}))
	same("worker", made.Auth.Metadata["cert_name"])
	holds(failure(client("").Logical().Write("auth/cert/login", nil)) != nil, "a login without a certificate")
}

func jwtLogin() {
	signer := newSigner()
	ok(root().Sys().EnableAuthWithOptions("jwt", &api.EnableAuthOptions{Type: "jwt"}))
	write("auth/jwt/config", map[string]any{"jwt_validation_pubkeys": signer.publicPEM(), "default_role": "ci"})
	write("auth/jwt/role/ci", map[string]any{
		"role_type": "jwt", "user_claim": "sub", "bound_audiences": []string{"casemate"}, "token_policies": []string{"default"},
		"bound_claims": map[string]any{"project": "x"},
	})
	made := must(client("").Logical().Write("auth/jwt/login", map[string]any{"jwt": signer.token("x"), "role": "ci"}))
	same("ci", made.Auth.Metadata["role"])
	must(client("").Logical().Write("auth/jwt/login", map[string]any{"jwt": signer.token("x")}))
	holds(failure(client("").Logical().Write("auth/jwt/login", map[string]any{"jwt": signer.token("y"), "role": "ci"})) != nil, "a foreign project")
}

// unwrapAll takes the login helpers' words off, so that the server's own refusal is judged.
func unwrapAll(problem error) error {
	holds(problem != nil && !strings.Contains(problem.Error(), "no secret"), "logged in: %v", problem)
	return problem
}
