# Two authorities, their settings, and certificates.
resource "vault_mount" "root" {
  path                  = "pki-root"
  type                  = "pki"
  max_lease_ttl_seconds = 315360000
}

resource "vault_pki_secret_backend_root_cert" "root" {
  backend     = vault_mount.root.path
  type        = "internal"
  common_name = "Tofu Root"
  issuer_name = "root"
  ttl         = "315360000"
  key_type    = "ec"
  key_bits    = 256
}

resource "vault_pki_secret_backend_config_urls" "root" {
  backend                 = vault_mount.root.path
  issuing_certificates    = ["https://ca.example/${var.colour}/ca"]
  crl_distribution_points = ["https://ca.example/crl"]
  ocsp_servers            = ["https://ca.example/ocsp"]
}

resource "vault_pki_secret_backend_crl_config" "root" {
  backend                   = vault_mount.root.path
  expiry                    = "72h"
  auto_rebuild              = true
  auto_rebuild_grace_period = "12h"
  depends_on                = [vault_pki_secret_backend_root_cert.root]
}

resource "vault_pki_secret_backend_config_cluster" "root" {
  backend  = vault_mount.root.path
  path     = "https://ca.example/v1/pki-root"
  aia_path = "https://ca.example/v1/pki-root"
}

resource "vault_pki_secret_backend_config_acme" "root" {
  backend                  = vault_mount.root.path
  enabled                  = true
  allowed_issuers          = ["*"]
  allowed_roles            = ["*"]
  allow_role_ext_key_usage = false
  default_directory_policy = "sign-verbatim"
  dns_resolver             = ""
  eab_policy               = "not-required"
  depends_on               = [vault_pki_secret_backend_config_cluster.root]
}

resource "vault_pki_secret_backend_issuer" "root" {
  backend                        = vault_mount.root.path
  issuer_ref                     = vault_pki_secret_backend_root_cert.root.issuer_id
  issuer_name                    = "root"
  leaf_not_after_behavior        = "truncate"
  revocation_signature_algorithm = "ECDSAWithSHA256"
}

resource "vault_pki_secret_backend_config_issuers" "root" {
  backend                       = vault_mount.root.path
  default                       = vault_pki_secret_backend_issuer.root.issuer_id
  default_follows_latest_issuer = true
}

resource "vault_pki_secret_backend_role" "web" {
  backend          = vault_mount.root.path
  name             = "web"
  allowed_domains  = ["example.org"]
  allow_subdomains = true
  max_ttl          = var.colour == "green" ? "86400" : "172800"
  key_type         = "ec"
  key_bits         = 256
  key_usage        = ["DigitalSignature", "KeyAgreement"]
  ou               = ["Ops"]
}

resource "vault_pki_secret_backend_cert" "a" {
  backend     = vault_mount.root.path
  name        = vault_pki_secret_backend_role.web.name
  common_name = "a.example.org"
  alt_names   = ["b.example.org"]
  ttl         = "3600"
  revoke      = true
  depends_on  = [vault_pki_secret_backend_config_issuers.root]
}

resource "vault_pki_secret_backend_sign" "c" {
  backend     = vault_mount.root.path
  name        = vault_pki_secret_backend_role.web.name
  csr         = file("${path.cwd}/request.pem")
  common_name = "c.example.org"
  depends_on  = [vault_pki_secret_backend_config_issuers.root]
}

resource "vault_mount" "inter" {
  path = "pki-inter"
  type = "pki"
}

resource "vault_pki_secret_backend_intermediate_cert_request" "inter" {
  backend     = vault_mount.inter.path
  type        = "internal"
  common_name = "Tofu Intermediate"
  key_type    = "ec"
  key_bits    = 256
}

resource "vault_pki_secret_backend_root_sign_intermediate" "inter" {
  backend     = vault_mount.root.path
  csr         = vault_pki_secret_backend_intermediate_cert_request.inter.csr
  common_name = "Tofu Intermediate"
  ttl         = "43800h"
  depends_on  = [vault_pki_secret_backend_config_issuers.root]
}

resource "vault_pki_secret_backend_intermediate_set_signed" "inter" {
  backend     = vault_mount.inter.path
  certificate = vault_pki_secret_backend_root_sign_intermediate.inter.certificate
}

resource "vault_mount" "brought" {
  path = "pki-brought"
  type = "pki"
}

resource "vault_pki_secret_backend_config_ca" "brought" {
  backend    = vault_mount.brought.path
  pem_bundle = file("${path.cwd}/authority.pem")
}

resource "vault_pki_secret_backend_key" "spare" {
  backend  = vault_mount.inter.path
  type     = "internal"
  key_name = "spare"
  key_type = "ec"
  key_bits = 256
}

data "vault_pki_secret_backend_issuers" "root" {
  backend    = vault_pki_secret_backend_root_cert.root.backend
  depends_on = [vault_pki_secret_backend_issuer.root]
}

data "vault_pki_secret_backend_issuer" "root" {
  backend    = vault_mount.root.path
  issuer_ref = vault_pki_secret_backend_issuer.root.issuer_id
}
