# What a team keeps of a secrets server in OpenTofu: applied, planned again without a difference, changed, destroyed.
terraform {
  required_providers {
    vault = { source = "hashicorp/vault" }
  }
}

provider "vault" {}

variable "colour" {
  type    = string
  default = "green"
}

resource "vault_mount" "kv" {
  path        = "kv"
  type        = "kv"
  description = "kv of ${var.colour}"
  options     = { version = "2" }
}

resource "vault_mount" "old" {
  path                      = "old/kv"
  type                      = "kv"
  default_lease_ttl_seconds = 3600
  max_lease_ttl_seconds     = 7200
  audit_non_hmac_request_keys = ["shown"]
}

resource "vault_kv_secret_backend_v2" "kv" {
  mount        = vault_mount.kv.path
  max_versions = 5
  cas_required = false
}

resource "vault_kv_secret_v2" "app" {
  mount     = vault_mount.kv.path
  name      = "app/db"
  data_json = jsonencode({ user = "u", colour = var.colour })
  custom_metadata {
    max_versions = 4
    data         = { owner = "ops" }
  }
}

resource "vault_kv_secret" "old" {
  path      = "${vault_mount.old.path}/app"
  data_json = jsonencode({ colour = var.colour })
}

resource "vault_generic_secret" "generic" {
  path      = "${vault_mount.old.path}/generic"
  data_json = jsonencode({ colour = var.colour })
}

data "vault_kv_secret_v2" "app" {
  mount = vault_kv_secret_v2.app.mount
  name  = vault_kv_secret_v2.app.name
}

ephemeral "vault_kv_secret_v2" "app" {
  mount    = vault_mount.kv.path
  name     = vault_kv_secret_v2.app.name
  mount_id = vault_mount.kv.id
}

data "vault_policy_document" "app" {
  rule {
    path         = "kv/data/app/*"
    capabilities = ["read", "list"]
    description  = "what ${var.colour} reads"
  }
  rule {
    path                = "old/kv/*"
    capabilities        = ["create", "update"]
    required_parameters = ["colour"]
    allowed_parameter {
      key   = "colour"
      value = ["green", "red"]
    }
  }
}

resource "vault_policy" "app" {
  name   = "app"
  policy = data.vault_policy_document.app.hcl
}

resource "vault_token" "app" {
  policies     = [vault_policy.app.name]
  ttl          = "24h"
  renewable    = true
  display_name = "tofu"
  metadata     = { who = "tofu" }
}

resource "vault_token_auth_backend_role" "app" {
  role_name        = "app"
  allowed_policies = [vault_policy.app.name]
  orphan           = true
  token_period     = 86400
}

resource "vault_password_policy" "six" {
  name   = "six"
  policy = "length = 20\nrule \"charset\" {\n  charset = \"abcdef\"\n}\n"
}

resource "vault_quota_rate_limit" "kv" {
  name = "kv"
  path = "${vault_mount.kv.path}/"
  rate = var.colour == "green" ? 10000 : 20000
}

resource "vault_quota_lease_count" "pki" {
  name       = "leases"
  path       = "${vault_mount.root.path}/"
  max_leases = 1000
}

resource "vault_audit" "second" {
  type        = "file"
  path        = "second"
  description = "a second one"
  options     = { file_path = "${path.cwd}/second.log" }
}
