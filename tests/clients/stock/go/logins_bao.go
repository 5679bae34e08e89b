//go:build bao

package main

import (
	"context"

	api "github.com/openbao/openbao/api/v2"
)

// OpenBao's login helpers are modules of their own and not among the pinned ones: these are as small as a program's own.

type login struct {
	path string
	data map[string]any
}

func (l login) Login(_ context.Context, asking *api.Client) (*api.Secret, error) {
	if token, is := l.data["wrapped"].(string); is {
		delete(l.data, "wrapped")
		l.data["secret_id"] = must(asking.Logical().Unwrap(token)).Data["secret_id"]
	}
	return asking.Logical().Write(l.path, l.data)
}

func userLogin(name, password string) api.AuthMethod {
	return login{"auth/userpass/login/" + name, map[string]any{"password": password}}
}

func roleLoginOf(id, secret string, wrapped bool) api.AuthMethod {
	named := map[bool]string{false: "secret_id", true: "wrapped"}[wrapped]
	return login{"auth/approle/login", map[string]any{"role_id": id, named: secret}}
}
