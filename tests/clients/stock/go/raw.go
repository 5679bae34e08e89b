package main

import (
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	api "github.com/hashicorp/vault/api"
)

func itoa(value int64) string { return strconv.FormatInt(value, 10) }

func rawChecks() []check {
	return []check{
		{"raw reads: the CA as DER and PEM, its chain, metrics", func() {
			holds(strings.HasPrefix(string(raw("pki/ca/pem")), "-----BEGIN CERTIFICATE-----"), "no PEM")
			holds(raw("pki/ca")[0] == 0x30, "no DER")
			holds(strings.Contains(string(raw("pki/ca_chain")), "BEGIN CERTIFICATE"), "no chain")
			answer := must(root().Logical().ReadRawWithData("sys/metrics", url.Values{"format": {"prometheus"}}))
			holds(strings.HasPrefix(answer.Header.Get("Content-Type"), "text/plain"), "%s", answer.Header.Get("Content-Type"))
			same(200, status(answer))
		}},
		{"reads with parameters, deletes with parameters, bytes written", func() {
			must(root().KVv2("kv2").Put(ctx, "params", map[string]any{"a": "1"}))
			must(root().KVv2("kv2").Put(ctx, "params", map[string]any{"a": "2"}))
			found := must(root().Logical().ReadWithData("kv2/data/params", url.Values{"version": {"1"}}))
			same("1", found.Data["data"].(map[string]any)["a"])
			must(root().Logical().WriteBytes("kv1/bytes", []byte(`{"a":"b"}`)))
			must(root().Logical().DeleteWithData("kv1/bytes", url.Values{"x": {"y"}}))
			nothing(root().Logical().Read("kv1/bytes"))
		}},
		{"what is not there: no secret, no error", func() {
			nothing(root().Logical().Read("kv1/nothing"))
			nothing(root().Logical().List("kv1/nothing"))
			refused(404, "no handler for route", failure(root().Logical().Write("no/such/mount", map[string]any{"a": 1})))
			refused(405, "unsupported operation", failure(root().Logical().Write("sys/internal/ui/mounts", map[string]any{"a": 1})))
		}},
		{"seven clients at once, each with its own token", func() {
			var good atomic.Int32
			done := make(chan struct{})
			for range 7 {
				go func() {
					defer func() { recover(); done <- struct{}{} }()
					made := must(root().Auth().Token().Create(&api.TokenCreateRequest{Policies: []string{"default"}, TTL: "1m"}))
					must(client(made.Auth.ClientToken).Auth().Token().LookupSelf())
					good.Add(1)
				}()
			}
			for range 7 {
				<-done
			}
			same(int32(7), good.Load())
		}},
		{"a clone, headers of one's own, a request callback", func() {
			asking := root()
			asking.AddHeader("X-Own", "yes")
			asking.SetCloneToken(true)
			copied := must(asking.Clone())
			same(rootToken, copied.Token())
			seen := 0
			must(copied.WithRequestCallbacks(func(*api.Request) { seen++ }).Auth().Token().LookupSelf())
			same(1, seen)
		}},
	}
}

func watcherChecks() []check {
	return []check{
		{"a lifetime watcher renews a token until its maximum, then says so", func() {
			renewable := true
			made := must(root().Auth().Token().Create(&api.TokenCreateRequest{
				Policies: []string{"default"}, TTL: "2s", ExplicitMaxTTL: "5s", Renewable: &renewable,
			}))
			watcher := must(client(made.Auth.ClientToken).NewLifetimeWatcher(&api.LifetimeWatcherInput{Secret: made}))
			go watcher.Start()
			defer watcher.Stop()
			renewals, limit := 0, time.After(20*time.Second)
			for {
				select {
				case renewed := <-watcher.RenewCh():
					renewals++
					holds(renewed.Secret.Auth.ClientToken == made.Auth.ClientToken, "another token")
				case problem := <-watcher.DoneCh():
					ok(problem)
					holds(renewals > 0, "never renewed")
					return
				case <-limit:
					panic("the watcher never ended")
				}
			}
		}},
		{"a lifetime watcher ends at once for what cannot be renewed", func() {
			no := false
			made := must(root().Auth().Token().Create(&api.TokenCreateRequest{Policies: []string{"default"}, TTL: "3s", Renewable: &no}))
			watcher := must(client(made.Auth.ClientToken).NewLifetimeWatcher(&api.LifetimeWatcherInput{
				Secret: made, RenewBehavior: api.RenewBehaviorErrorOnErrors,
			}))
			go watcher.Start()
			defer watcher.Stop()
			select {
			case <-watcher.DoneCh():
			case <-time.After(10 * time.Second):
				panic("the watcher never ended")
			}
		}},
	}
}
