package main

import (
	"strings"
	"time"

	api "github.com/hashicorp/vault/api"
)

func startChecks() []check {
	return []check{
		{"a new server says it is not initialised", func() {
			same(false, must(client("").Sys().InitStatus()))
			found := must(client("").Sys().SealStatus())
			same(false, found.Initialized)
			same(true, found.Sealed)
			same(kind == "hsm", found.RecoverySeal)
			health := must(client("").Sys().Health())
			same(false, health.Initialized)
		}},
		{"init gives shares and a root token", initialise},
		{"the server unseals", unseal},
		{"seal status names seal, storage, cluster and version", func() {
			found := must(client("").Sys().SealStatus())
			wanted := map[string]string{"hsm": "pkcs11", "shamir": "shamir"}[kind]
			same(wanted, found.Type)
			holds(found.ClusterID != "" && found.ClusterName != "", "no cluster: %+v", found)
			holds(len(strings.Split(found.Version, ".")) >= 3, "version %q", found.Version)
			holds(found.BuildDate != "", "no build date")
			holds(found.StorageType != "", "no storage type")
		}},
		{"health, leader and HA status", func() {
			health := must(root().Sys().Health())
			holds(health.Initialized && !health.Sealed && !health.Standby, "%+v", health)
			same("disabled", health.ReplicationDRMode)
			now := time.Now().Unix()
			holds(health.ServerTimeUTC > now-60 && health.ServerTimeUTC < now+60, "time %d", health.ServerTimeUTC)
			leader := must(root().Sys().Leader())
			same(false, leader.HAEnabled)
		}},
	}
}

func initialise() {
	asked := &api.InitRequest{SecretShares: 3, SecretThreshold: 2}
	if kind == "hsm" {
		asked = &api.InitRequest{RecoveryShares: 3, RecoveryThreshold: 2}
	}
	made := must(client("").Sys().Init(asked))
	rootToken, shares = made.RootToken, made.KeysB64
	if kind == "hsm" {
		same(0, len(made.Keys))
		shares = made.RecoveryKeysB64
	}
	same(3, len(shares))
	same(true, must(client("").Sys().InitStatus()))
	_, problem := client("").Sys().Init(asked)
	refused(400, "already initialized", problem)
}

func unseal() {
	if kind == "shamir" {
		refused(503, "Vault is sealed", failure(root().Sys().ListMounts()))
		same(1, must(client("").Sys().Unseal(shares[0])).Progress)
		same(0, must(client("").Sys().ResetUnsealProcess()).Progress)
		must(client("").Sys().Unseal(shares[0]))
		must(client("").Sys().Unseal(shares[2]))
	}
	soon("the server is unsealed", func() bool { return !must(client("").Sys().SealStatus()).Sealed })
}

func failure[T any](_ T, problem error) error { return problem }
