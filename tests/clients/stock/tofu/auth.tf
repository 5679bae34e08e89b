# Auth methods and who logs in by them.
resource "vault_auth_backend" "approle" {
  type        = "approle"
  path        = "robots"
  description = "robots of ${var.colour}"
  tune {
    default_lease_ttl  = "1h"
    max_lease_ttl      = "4h"
    listing_visibility = "unauth"
    token_type         = "default-service"
  }
}

resource "vault_approle_auth_backend_role" "app" {
  backend            = vault_auth_backend.approle.path
  role_name          = "app"
  token_policies     = ["default", vault_policy.app.name]
  token_ttl          = var.colour == "green" ? 600 : 1200
  token_max_ttl      = 3600
  secret_id_num_uses = 10
  secret_id_ttl      = 3600
}

resource "vault_approle_auth_backend_role_secret_id" "app" {
  backend   = vault_auth_backend.approle.path
  role_name = vault_approle_auth_backend_role.app.role_name
  metadata  = jsonencode({ host = "a" })
}

data "vault_approle_auth_backend_role_id" "app" {
  backend   = vault_auth_backend.approle.path
  role_name = vault_approle_auth_backend_role.app.role_name
}

resource "vault_approle_auth_backend_login" "app" {
  backend   = vault_auth_backend.approle.path
  role_id   = data.vault_approle_auth_backend_role_id.app.role_id
  secret_id = vault_approle_auth_backend_role_secret_id.app.secret_id
}

resource "vault_auth_backend" "userpass" {
  type = "userpass"
}

resource "vault_generic_endpoint" "ada" {
  path                 = "auth/${vault_auth_backend.userpass.path}/users/ada"
  ignore_absent_fields = true
  data_json            = jsonencode({ password = "correct horse", token_policies = ["default"] })
}

resource "vault_jwt_auth_backend" "ci" {
  path                   = "ci"
  type                   = "jwt"
  jwt_validation_pubkeys = [file("${path.cwd}/jwt.pub")]
  bound_issuer           = "https://ci.example"
  default_role           = "build"
}

resource "vault_jwt_auth_backend_role" "build" {
  backend         = vault_jwt_auth_backend.ci.path
  role_name       = "build"
  role_type       = "jwt"
  user_claim      = "sub"
  bound_audiences = ["casemate"]
  bound_claims    = { project = var.colour }
  claim_mappings  = { project = "project" }
  token_policies  = ["default"]
  token_ttl       = 300
}

resource "vault_auth_backend" "cert" {
  type = "cert"
}

resource "vault_cert_auth_backend_role" "worker" {
  backend              = vault_auth_backend.cert.path
  name                 = "worker"
  certificate          = file("${path.cwd}/worker.pem")
  allowed_common_names = ["worker"]
  token_policies       = ["default"]
  token_ttl            = 300
}

resource "vault_identity_entity" "ada" {
  name     = "ada"
  policies = [vault_policy.app.name]
  metadata = { team = var.colour }
}

resource "vault_identity_entity_alias" "ada" {
  name           = "ada"
  mount_accessor = vault_auth_backend.userpass.accessor
  canonical_id   = vault_identity_entity.ada.id
}

resource "vault_identity_group" "crew" {
  name              = "crew"
  type              = "internal"
  policies          = [vault_policy.app.name]
  member_entity_ids = [vault_identity_entity.ada.id]
}

resource "vault_identity_group" "outside" {
  name     = "outside"
  type     = "external"
  policies = ["default"]
}

resource "vault_identity_group_alias" "outside" {
  name           = "outsiders"
  mount_accessor = vault_jwt_auth_backend.ci.accessor
  canonical_id   = vault_identity_group.outside.id
}

data "vault_identity_entity" "ada" {
  entity_id  = vault_identity_entity.ada.id
  depends_on = [vault_identity_entity_alias.ada]
}
