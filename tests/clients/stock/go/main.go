// Command stock drives a real Casemate server through the Go client that the stock tools are built on, call by call.
//
// Usage: stock hsm|shamir ADDRESS CA-FILE, against a server that was never initialised. One line per check, then
// "N passed, N failed". The same sources are built a second time on OpenBao's client, with the build tag bao.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	api "github.com/hashicorp/vault/api"
)

var (
	kind, address, ca string
	rootToken         string
	shares            []string
	passed, failed    int
	ctx               = context.Background()
)

type check struct {
	text string
	run  func()
}

func main() {
	kind, address, ca = os.Args[1], os.Args[2], must(filepath.Abs(os.Args[3]))
	for _, group := range [][]check{
		startChecks(), tokenChecks(), kvChecks(), mountChecks(), wrapChecks(), loginChecks(), systemChecks(),
		policyChecks(), pkiChecks(), certManagerChecks(), rawChecks(), watcherChecks(), ownChecks(), ceremonyChecks(), endChecks(),
	} {
		for _, one := range group {
			attempt(one)
		}
	}
	fmt.Printf("%d passed, %d failed\n", passed, failed)
	if failed > 0 || passed == 0 {
		os.Exit(1)
	}
}

// attempt runs one check; what it panics with is what went wrong.
func attempt(one check) {
	defer func() {
		if problem := recover(); problem != nil {
			failed++
			fmt.Printf("FAILED  %s\n        %s\n", one.text, strings.ReplaceAll(fmt.Sprint(problem), "\n", "\n        "))
			return
		}
		passed++
		fmt.Printf("ok      %s\n", one.text)
	}()
	one.run()
}

// config is a client configuration for this server alone: nothing of the environment, no retries.
func config() *api.Config {
	settings := api.DefaultConfig()
	settings.Address = address
	settings.MaxRetries = 0
	settings.Timeout = 20 * time.Second
	ok(settings.ConfigureTLS(&api.TLSConfig{CACert: ca}))
	return settings
}

func client(token string) *api.Client {
	made := must(api.NewClient(config()))
	made.SetToken(token)
	return made
}

func root() *api.Client { return client(rootToken) }

func ok(problem error) {
	if problem != nil {
		panic(problem)
	}
}

func must[T any](value T, problem error) T {
	ok(problem)
	return value
}

func same(wanted, got any) {
	if !reflect.DeepEqual(wanted, got) {
		panic(fmt.Sprintf("expected %#v, got %#v", wanted, got))
	}
}

func holds(truth bool, text string, facts ...any) {
	if !truth {
		panic(fmt.Sprintf(text, facts...))
	}
}

// refused checks the status and one of the texts of a refusal, as the client hands it to a program.
func refused(status int, text string, problem error) {
	var answer *api.ResponseError
	if !errors.As(problem, &answer) {
		panic(fmt.Sprintf("expected status %d, got %v", status, problem))
	}
	holds(answer.StatusCode == status, "expected status %d, got %d: %v", status, answer.StatusCode, answer.Errors)
	holds(strings.Contains(strings.Join(answer.Errors, "; "), text), "expected %q in %q", text, answer.Errors)
}

// nothing checks a read of what is not there: the client gives neither a secret nor an error.
func nothing(secret *api.Secret, problem error) {
	ok(problem)
	holds(secret == nil, "expected nothing, got %+v", secret)
}

// write writes with the root token and hands the answer on.
func write(path string, data map[string]any) *api.Secret {
	return must(root().Logical().Write(path, data))
}

func read(path string) *api.Secret {
	found := must(root().Logical().Read(path))
	holds(found != nil, "nothing at %s", path)
	return found
}

// tokenWith is a service token with one policy of these rules.
func tokenWith(name, rules string) string {
	ok(root().Sys().PutPolicy(name, rules))
	made := must(root().Auth().Token().Create(&api.TokenCreateRequest{Policies: []string{name}, TTL: "10m"}))
	return made.Auth.ClientToken
}

// soon waits for what the server does in the background.
func soon(text string, done func() bool) {
	for range 100 {
		if done() {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	panic("not within ten seconds: " + text)
}

// status is what a raw answer was, whatever the client thinks of it.
func status(answer *api.Response) int {
	holds(answer != nil, "no answer at all")
	defer answer.Body.Close()
	return answer.StatusCode
}
