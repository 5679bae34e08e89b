//go:build !bao

package main

import (
	api "github.com/hashicorp/vault/api"
	"github.com/hashicorp/vault/api/auth/approle"
	"github.com/hashicorp/vault/api/auth/userpass"
)

func userLogin(name, password string) api.AuthMethod {
	return must(userpass.NewUserpassAuth(name, &userpass.Password{FromString: password}))
}

func roleLoginOf(id, secret string, wrapped bool) api.AuthMethod {
	var options []approle.LoginOption
	if wrapped {
		options = append(options, approle.WithWrappingToken())
	}
	return must(approle.NewAppRoleAuth(id, &approle.SecretID{FromString: secret}, options...))
}
