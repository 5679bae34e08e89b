package main

import (
	"encoding/json"
	"errors"
	"time"

	api "github.com/hashicorp/vault/api"
)

func kvChecks() []check {
	return []check{
		{"kv mounts of both versions", func() {
			ok(root().Sys().Mount("kv1", &api.MountInput{Type: "kv", Description: "first"}))
			ok(root().Sys().Mount("kv2", &api.MountInput{Type: "kv", Options: map[string]string{"version": "2"}}))
			ok(root().Sys().Mount("kvtwo", &api.MountInput{Type: "kv-v2"}))
			mounts := must(root().Sys().ListMounts())
			same("2", mounts["kv2/"].Options["version"])
			same("2", mounts["kvtwo/"].Options["version"])
			same("kv", mounts["kvtwo/"].Type)
			ok(root().Sys().Unmount("kvtwo"))
		}},
		{"kv 1: put, get, list, delete", func() {
			kv := root().KVv1("kv1")
			ok(kv.Put(ctx, "app/db", map[string]any{"user": "u", "n": 7}))
			found := must(kv.Get(ctx, "app/db"))
			same(map[string]any{"user": "u", "n": json.Number("7")}, found.Data)
			same([]any{"app/"}, must(root().Logical().List("kv1")).Data["keys"])
			same(2764800, found.Raw.LeaseDuration)
			ok(kv.Delete(ctx, "app/db"))
			absent(failure(kv.Get(ctx, "app/db")))
			nothing(root().Logical().List("kv1"))
		}},
		{"kv 2: put with check-and-set, get, versions", kvVersions},
		{"kv 2: both ways of patch", kvPatch},
		{"kv 2: delete, undelete, destroy, rollback", kvEnds},
		{"kv 2: metadata is put, patched, listed and deleted", kvMetadata},
		{"kv 2: a deleted version answers 404 with its metadata", func() {
			kv := root().KVv2("kv2")
			must(kv.Put(ctx, "gone", map[string]any{"a": "1"}))
			ok(kv.Delete(ctx, "gone"))
			raw := must(root().Logical().ParseRawResponseAndCloseBody(root().Logical().ReadRaw("kv2/data/gone")))
			same(nil, raw.Data["data"])
			holds(raw.Data["metadata"].(map[string]any)["deletion_time"] != "", "no deletion time")
			found := must(kv.Get(ctx, "gone"))
			same(0, len(found.Data))
			holds(!found.VersionMetadata.DeletionTime.IsZero(), "no deletion time")
		}},
		{"kv 2: a path without data/ is answered with a warning", func() {
			found := must(root().Logical().Read("kv2/app"))
			holds(found != nil && len(found.Warnings) > 0, "no warning: %+v", found)
		}},
		{"kv 2: subkeys and its own configuration", func() {
			kv := root().KVv2("kv2")
			must(kv.Put(ctx, "deep", map[string]any{"a": map[string]any{"b": "1"}, "c": 1}))
			found := read("kv2/subkeys/deep").Data["subkeys"]
			same(map[string]any{"a": map[string]any{"b": nil}, "c": nil}, found)
			write("kv2/config", map[string]any{"max_versions": 4, "delete_version_after": "1h"})
			same(json.Number("4"), read("kv2/config").Data["max_versions"])
			same("1h0m0s", read("kv2/config").Data["delete_version_after"])
			write("kv2/config", map[string]any{"max_versions": 0, "delete_version_after": "0s"})
		}},
		{"a kv 1 mount becomes version 2", func() {
			ok(root().Sys().Mount("older", &api.MountInput{Type: "kv"}))
			ok(root().KVv1("older").Put(ctx, "a", map[string]any{"b": "c"}))
			ok(root().Sys().TuneMount("older", api.MountConfigInput{Options: map[string]string{"version": "2"}}))
			soon("it answers as version 2", func() bool { return failure(root().KVv2("older").Get(ctx, "a")) == nil })
			same("c", must(root().KVv2("older").Get(ctx, "a")).Data["b"])
			ok(root().Sys().Unmount("older"))
		}},
	}
}

func absent(problem error) {
	holds(errors.Is(problem, api.ErrSecretNotFound), "expected no secret, got %v", problem)
}

func kvVersions() {
	kv := root().KVv2("kv2")
	first := must(kv.Put(ctx, "app/db", map[string]any{"user": "u"}, api.WithCheckAndSet(0)))
	same(1, first.VersionMetadata.Version)
	holds(!first.VersionMetadata.CreatedTime.IsZero(), "no time")
	refused(400, "check-and-set parameter did not match", failure(kv.Put(ctx, "app/db", map[string]any{"user": "v"}, api.WithCheckAndSet(0))))
	same(2, must(kv.Put(ctx, "app/db", map[string]any{"user": "v"}, api.WithCheckAndSet(1))).VersionMetadata.Version)
	same("v", must(kv.Get(ctx, "app/db")).Data["user"])
	same("u", must(kv.GetVersion(ctx, "app/db", 1)).Data["user"])
	absent(failure(kv.GetVersion(ctx, "app/db", 9)))
	list := must(kv.GetVersionsAsList(ctx, "app/db"))
	same(2, len(list))
	same(1, list[0].Version)
	absent(failure(kv.Get(ctx, "none")))
}

func kvPatch() {
	kv := root().KVv2("kv2")
	must(kv.Put(ctx, "patched", map[string]any{"a": "1", "b": "2"}))
	same(2, must(kv.Patch(ctx, "patched", map[string]any{"b": nil, "c": "3"})).VersionMetadata.Version)
	same(map[string]any{"a": "1", "c": "3"}, must(kv.Get(ctx, "patched")).Data)
	must(kv.Patch(ctx, "patched", map[string]any{"d": "4"}, api.WithMergeMethod("rw")))
	must(kv.Patch(ctx, "patched", map[string]any{"e": "5"}, api.WithMergeMethod("patch"), api.WithCheckAndSet(3)))
	same(map[string]any{"a": "1", "c": "3", "d": "4", "e": "5"}, must(kv.Get(ctx, "patched")).Data)
	absent(failure(kv.Patch(ctx, "never", map[string]any{"a": "1"})))
}

func kvEnds() {
	kv := root().KVv2("kv2")
	for _, word := range []string{"one", "two", "three"} {
		must(kv.Put(ctx, "ends", map[string]any{"word": word}))
	}
	ok(kv.DeleteVersions(ctx, "ends", []int{1, 2}))
	same(0, len(must(kv.GetVersion(ctx, "ends", 1)).Data))
	ok(kv.Undelete(ctx, "ends", []int{1}))
	same("one", must(kv.GetVersion(ctx, "ends", 1)).Data["word"])
	ok(kv.Destroy(ctx, "ends", []int{2}))
	same(true, must(kv.GetVersion(ctx, "ends", 2)).VersionMetadata.Destroyed)
	same(4, must(kv.Rollback(ctx, "ends", 1)).VersionMetadata.Version)
	same("one", must(kv.Get(ctx, "ends")).Data["word"])
	holds(failure(kv.Rollback(ctx, "ends", 2)) != nil, "a destroyed version came back")
}

func kvMetadata() {
	kv := root().KVv2("kv2")
	ok(kv.PutMetadata(ctx, "described", api.KVMetadataPutInput{
		MaxVersions: 3, CASRequired: true, DeleteVersionAfter: time.Hour, CustomMetadata: map[string]any{"owner": "ops", "room": "b"},
	}))
	refused(400, "check-and-set", failure(kv.Put(ctx, "described", map[string]any{"a": "1"})))
	must(kv.Put(ctx, "described", map[string]any{"a": "1"}, api.WithCheckAndSet(0)))
	no := false
	ok(kv.PatchMetadata(ctx, "described", api.KVMetadataPatchInput{CASRequired: &no, CustomMetadata: map[string]any{"room": nil, "floor": "2"}}))
	found := must(kv.GetMetadata(ctx, "described"))
	same(false, found.CASRequired)
	same(3, found.MaxVersions)
	same(time.Hour, found.DeleteVersionAfter)
	same(map[string]any{"owner": "ops", "floor": "2"}, found.CustomMetadata)
	same(1, found.CurrentVersion)
	same("ops", must(kv.Get(ctx, "described")).CustomMetadata["owner"])
	keys := must(root().Logical().List("kv2/metadata")).Data["keys"].([]any)
	holds(len(keys) > 3, "keys %v", keys)
	ok(kv.DeleteMetadata(ctx, "described"))
	holds(failure(kv.GetMetadata(ctx, "described")) != nil, "the metadata is still there")
}
