"""hvac, the Python client, against the real server: init, unseal, tokens, policies, kv, pki, logins.

Arguments: hsm|shamir, the server's address, its CA file. The interpreter is the system's, where the package is.
"""

import base64
import io
import json
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
import traceback

import hvac
import requests
from hvac import exceptions

KIND, ADDRESS, CA = sys.argv[1:4]
passed = failed = 0
state = {}


def client(token=None):
    return hvac.Client(url=ADDRESS, token=token, verify=CA)


def root():
    return client(state["root"])


def expect(kind, action):
    try:
        action()
    except kind:
        return
    raise AssertionError("expected " + kind.__name__)


def test_initialises():
    assert not client().sys.is_initialized()
    if KIND == "shamir":
        answer = client().sys.initialize(secret_shares=5, secret_threshold=3)
        assert len(answer["keys"]) == 5 and len(answer["keys_base64"]) == 5
    else:
        answer = client().sys.initialize(secret_shares=None, secret_threshold=None, recovery_shares=3, recovery_threshold=2)
        assert answer["keys"] == [] and len(answer["recovery_keys"]) == 3
    state["root"], state["keys"] = answer["root_token"], answer["keys"]
    state["shares"] = answer["keys"] or answer["recovery_keys"]
    state["threshold"] = 3 if KIND == "shamir" else 2
    assert state["root"].startswith("hvs.")
    assert client().sys.is_initialized()
    expect(exceptions.InvalidRequest, lambda: client().sys.initialize(secret_shares=None, secret_threshold=None, recovery_shares=1, recovery_threshold=1))


def test_unseals():
    if KIND == "shamir":
        assert client().sys.is_sealed()
        expect(exceptions.VaultDown, lambda: root().sys.list_mounted_secrets_engines())
        assert client().sys.submit_unseal_key(state["keys"][0])["progress"] == 1
        assert client().sys.submit_unseal_key(reset=True)["progress"] == 0
        client().sys.submit_unseal_keys(state["keys"][1:4])
    for _ in range(50):
        if not client().sys.is_sealed():
            break
        time.sleep(0.1)
    assert not client().sys.is_sealed()
    health = client().sys.read_health_status(method="GET")
    assert health["initialized"] and not health["sealed"]
    assert client().sys.read_health_status(method="HEAD").status_code == 200
    assert client().sys.read_leader_status()["ha_enabled"] is False


def test_tokens():
    assert root().is_authenticated()
    assert not client("hvs.aaaaaaaaaaaaaaaaaaaaaaaa").is_authenticated()
    created = root().auth.token.create(policies=["default"], ttl="1h", meta={"who": "hvac"}, num_uses=0)["auth"]
    mine = client(created["client_token"])
    looked_up = mine.auth.token.lookup_self()["data"]
    assert looked_up["meta"] == {"who": "hvac"} and looked_up["policies"] == ["default"]
    assert 3590 <= looked_up["ttl"] <= 3600 and looked_up["renewable"]
    assert mine.auth.token.renew_self(increment="2h")["auth"]["lease_duration"] == 7200
    expect(exceptions.Forbidden, lambda: mine.sys.list_policies())
    by_accessor = root().auth.token.lookup_accessor(created["accessor"])["data"]
    assert by_accessor["accessor"] == created["accessor"] and by_accessor["id"] == ""
    root().auth.token.revoke_accessor(created["accessor"])
    assert not mine.is_authenticated()


def test_a_use_limited_token_is_spent():
    token = root().auth.token.create(policies=["default"], num_uses=2)["auth"]["client_token"]
    limited = client(token)
    limited.auth.token.lookup_self()
    limited.auth.token.lookup_self()
    expect(exceptions.Forbidden, lambda: limited.auth.token.lookup_self())


def test_response_wrapping():
    wrap = root().auth.token.create(policies=["default"], wrap_ttl="5m")["wrap_info"]
    assert wrap["ttl"] == 300 and wrap["creation_path"] == "auth/token/create" and wrap["wrapped_accessor"]
    opened = client(wrap["token"]).sys.unwrap()
    assert opened["auth"]["accessor"] == wrap["wrapped_accessor"]
    assert client(opened["auth"]["client_token"]).is_authenticated()
    expect(exceptions.InvalidRequest, lambda: client(wrap["token"]).sys.unwrap())
    wrap = root().write("sys/wrapping/wrap", wrap_ttl=60, colour="red")["wrap_info"]
    assert client().write("sys/wrapping/lookup", token=wrap["token"])["data"]["creation_ttl"] == 60
    assert root().sys.unwrap(wrap["token"])["data"] == {"colour": "red"}
    expect(exceptions.InvalidRequest, lambda: root().sys.unwrap(wrap["token"]))


def test_policies():
    text = 'path "team/data/app/*" { capabilities = ["create", "read", "update"] }\npath "team/metadata/*" { capabilities = ["list"] }'
    root().sys.create_or_update_policy("team", text)
    assert "team" in root().sys.list_policies()["data"]["policies"]
    assert root().sys.read_policy("team")["data"]["rules"] == text
    token = root().auth.token.create(policies=["team"])["auth"]["client_token"]
    state["team"] = token
    answer = client(token).sys.get_capabilities(paths=["team/data/app/x", "team/data/other"])["data"]
    assert sorted(answer["team/data/app/x"]) == ["create", "read", "update"] and answer["team/data/other"] == ["deny"]
    expect(exceptions.InvalidRequest, lambda: root().sys.create_or_update_policy("broken", 'path "x" { capabilites = ["read"] }'))


def test_userpass():
    root().sys.enable_auth_method("userpass", path="people", config={"default_lease_ttl": "1h"})
    assert root().sys.list_auth_methods()["data"]["people/"]["type"] == "userpass"
    people = root().auth.userpass
    people.create_or_update_user("ann", password="s3cret", policies="team", mount_point="people")
    assert people.list_user(mount_point="people")["data"]["keys"] == ["ann"]
    assert people.read_user("ann", mount_point="people")["data"]["policies"] == ["team"]
    ann = client()
    answer = ann.auth.userpass.login("ann", "s3cret", mount_point="people")["auth"]
    assert answer["policies"] == ["default", "team"] and answer["metadata"] == {"username": "ann"}
    assert answer["lease_duration"] == 3600 and ann.is_authenticated()
    assert ann.auth.token.renew_self()["auth"]["lease_duration"] == 3600
    expect(exceptions.InvalidRequest, lambda: client().auth.userpass.login("ann", "wrong", mount_point="people"))
    expect(exceptions.InvalidRequest, lambda: client().auth.userpass.login("nobody", "wrong", mount_point="people"))
    people.update_password_on_user("ann", password="n3wer", mount_point="people")
    client().auth.userpass.login("ann", "n3wer", mount_point="people")
    root().sys.tune_auth_method("people", default_lease_ttl="30m", description="who works here")
    assert root().sys.read_auth_method_tuning("people")["data"]["default_lease_ttl"] == 1800
    people.delete_user("ann", mount_point="people")
    expect(exceptions.InvalidRequest, lambda: ann.auth.token.renew_self())
    root().sys.disable_auth_method("people")
    assert not ann.is_authenticated()


def test_approle():
    root().sys.enable_auth_method("approle")
    roles = root().auth.approle
    roles.create_or_update_approle("web", token_policies=["team"], token_ttl="20m", token_max_ttl="1h", secret_id_num_uses=2)
    assert roles.list_roles()["data"]["keys"] == ["web"]
    assert roles.read_role("web")["data"]["token_ttl"] == 1200
    role_id = roles.read_role_id("web")["data"]["role_id"]
    made = roles.generate_secret_id("web", metadata={"host": "a"})["data"]
    machine = client()
    answer = machine.auth.approle.login(role_id, made["secret_id"])["auth"]
    assert answer["metadata"] == {"role_name": "web", "host": "a"} and answer["lease_duration"] == 1200
    assert machine.is_authenticated()
    assert roles.list_secret_id_accessors("web")["data"]["keys"] == [made["secret_id_accessor"]]
    assert roles.read_secret_id("web", made["secret_id"])["data"]["secret_id_num_uses"] == 1
    assert roles.read_secret_id_accessor("web", made["secret_id_accessor"])["data"]["metadata"] == {"host": "a"}
    client().auth.approle.login(role_id, made["secret_id"])
    expect(exceptions.InvalidRequest, lambda: client().auth.approle.login(role_id, made["secret_id"]))
    roles.create_custom_secret_id("web", "chosen")
    client().auth.approle.login(role_id, "chosen")
    roles.destroy_secret_id("web", "chosen")
    expect(exceptions.InvalidRequest, lambda: client().auth.approle.login(role_id, "chosen"))
    wrapped = root().write("auth/approle/role/web/secret-id", wrap_ttl="5m")["wrap_info"]
    assert wrapped["creation_path"] == "auth/approle/role/web/secret-id"
    pulled = client(wrapped["token"]).sys.unwrap()["data"]["secret_id"]
    client().auth.approle.login(role_id, pulled)
    roles.update_role_id("web", "web-by-name")
    client().auth.approle.login("web-by-name", roles.generate_secret_id("web")["data"]["secret_id"])
    roles.delete_role("web")
    expect(exceptions.InvalidPath, lambda: roles.read_role("web"))


def test_batch_tokens():
    made = root().auth.token.create(policies=["team"], ttl="1h", type="batch")["auth"]
    assert made["client_token"].startswith("hvb.") and made["accessor"] == "" and not made["renewable"]
    batch = client(made["client_token"])
    looked_up = batch.auth.token.lookup_self()["data"]
    assert looked_up["type"] == "batch" and looked_up["policies"] == ["default", "team"]
    expect(exceptions.InvalidRequest, lambda: batch.auth.token.renew_self())


def test_identity():
    root().sys.enable_auth_method("userpass", path="staff")
    root().auth.userpass.create_or_update_user("ann", password="s3cret", mount_point="staff")
    accessor = root().sys.list_auth_methods()["data"]["staff/"]["accessor"]
    identity = root().secrets.identity
    ann = client()
    login = ann.auth.userpass.login("ann", "s3cret", mount_point="staff")["auth"]
    entity = identity.read_entity(login["entity_id"])["data"]
    assert entity["aliases"][0]["name"] == "ann" and entity["aliases"][0]["mount_accessor"] == accessor
    assert identity.update_entity(entity["id"], name="Ann", policies=["team"], metadata={"desk": "7"}).status_code == 204
    assert identity.read_entity_by_name("ann")["data"]["metadata"] == {"desk": "7"}
    assert entity["id"] in identity.list_entities()["data"]["keys"] and "Ann" in identity.list_entities_by_name()["data"]["keys"]
    assert identity.lookup_entity(alias_name="ann", alias_mount_accessor=accessor)["data"]["id"] == entity["id"]
    looked_up = ann.auth.token.lookup_self()["data"]
    assert looked_up["policies"] == ["default"] and looked_up["identity_policies"] == ["team"] and looked_up["entity_id"] == entity["id"]
    again = client().auth.userpass.login("ann", "s3cret", mount_point="staff")["auth"]
    assert again["policies"] == ["default", "team"] and again["token_policies"] == ["default"] and again["identity_policies"] == ["team"]
    group = identity.create_or_update_group("crew", policies=["crew"], member_entity_ids=[entity["id"]])["data"]["id"]
    outer = identity.create_or_update_group_by_name("all", policies=["all"], member_group_ids=[group])["data"]["id"]
    assert ann.auth.token.lookup_self()["data"]["identity_policies"] == ["all", "crew", "team"]
    expect(exceptions.InvalidRequest, lambda: identity.update_group(group, "crew", member_group_ids=[outer]))
    assert sorted(identity.list_groups_by_name()["data"]["keys"]) == ["all", "crew"]
    assert identity.read_group(group)["data"]["parent_group_ids"] == [outer]
    external = identity.create_or_update_group("ext", group_type="external")["data"]["id"]
    alias = identity.create_or_update_group_alias("devs", mount_accessor=accessor, canonical_id=external)["data"]["id"]
    assert identity.read_group_alias(alias)["data"]["canonical_id"] == external
    assert identity.lookup_group(alias_id=alias)["data"]["name"] == "ext"
    assert identity.list_group_aliases()["data"]["keys"] == [alias]
    identity.delete_group_alias(alias)
    for name in ("all", "crew", "ext"):
        identity.delete_group_by_name(name)
    expect(exceptions.InvalidPath, lambda: identity.list_groups())
    other = identity.create_or_update_entity("other", metadata={"k": "v"})["data"]["id"]
    made = identity.create_or_update_entity_alias("robot", canonical_id=other, mount_accessor=[
        mount["accessor"] for path, mount in root().sys.list_auth_methods()["data"].items() if path == "token/"][0])["data"]["id"]
    assert identity.read_entity_alias(made)["data"]["canonical_id"] == other
    assert identity.merge_entities(from_entity_ids=[entity["id"]], to_entity_id=other).status_code == 204
    assert ann.auth.token.lookup_self()["data"]["entity_id"] == other
    identity.update_entity(other, disabled=True)
    assert not ann.is_authenticated()
    expect(exceptions.Forbidden, lambda: client().auth.userpass.login("ann", "s3cret", mount_point="staff"))
    identity.update_entity(other, disabled=False)
    assert ann.is_authenticated()
    identity.delete_entity_alias(made)
    identity.delete_entity(other)
    assert not ann.is_authenticated()
    root().sys.disable_auth_method("staff")


def test_policies_that_name_who_asks():
    root().sys.enable_auth_method("userpass", path="staff")
    root().sys.create_or_update_policy("own", 'path "cubbyhole/*" { capabilities = ["deny"] }\n'
                                              'path "cubbyhole/{{identity.entity.name}}/*" { capabilities = ["create", "update", "read"] }')
    for name in ("ann", "eve"):
        root().auth.userpass.create_or_update_user(name, password="s3cret", policies="own", mount_point="staff")
    ann, eve = client(), client()
    for who, chosen in ((ann, "ann"), (eve, "*")):
        login = who.auth.userpass.login("ann" if who is ann else "eve", "s3cret", mount_point="staff")["auth"]
        root().secrets.identity.update_entity(login["entity_id"], name=chosen)
    ann.write("cubbyhole/ann/x", k="v")
    assert ann.read("cubbyhole/ann/x")["data"] == {"k": "v"}
    expect(exceptions.Forbidden, lambda: ann.write("cubbyhole/eve/x", k="v"))
    for path in ("cubbyhole/*/x", "cubbyhole/eve/x", "cubbyhole/ann/x"):
        expect(exceptions.Forbidden, lambda: eve.write(path, k="v"))
    told = eve.write("sys/policies/explain", paths=["cubbyhole/ann/x"], operation=["update"])["data"]["results"][0]
    assert not told["allowed"] and told["rule"]["stanzas"][0]["line"] == 1
    assert told["unfilled_templates"][0]["policy"] == "own" and told["unfilled_templates"][0]["line"] == 2
    shown = ann.read("sys/internal/ui/resultant-acl")["data"]
    assert shown["glob_paths"]["cubbyhole/ann/"]["capabilities"] == ["create", "read", "update"] and not shown["root"]
    root().sys.disable_auth_method("staff")


def test_password_policies():
    text = 'length = 12\nrule "charset" { charset = "abc" min-chars = 1 }\nrule "charset" { charset = "123" min-chars = 2 }'
    root().write("sys/policies/password/short", policy=text)
    assert root().read("sys/policies/password/short")["data"]["policy"] == text
    assert root().list("sys/policies/password")["data"]["keys"] == ["short"]
    password = root().read("sys/policies/password/short/generate")["data"]["password"]
    assert len(password) == 12 and set(password) <= set("abc123")
    expect(exceptions.InvalidRequest, lambda: root().write("sys/policies/password/bad", policy="length = 4"))
    root().delete("sys/policies/password/short")
    assert root().read("sys/policies/password/short") is None


def test_kv2():
    root().sys.enable_secrets_engine("kv", path="team", options={"version": "2"})
    kv = client(state["team"]).secrets.kv.v2
    assert kv.create_or_update_secret("app/db", {"password": "s3cret"}, mount_point="team")["data"]["version"] == 1
    expect(exceptions.InvalidRequest, lambda: kv.create_or_update_secret("app/db", {"x": "y"}, cas=7, mount_point="team"))
    assert kv.create_or_update_secret("app/db", {"password": "n3wer"}, cas=1, mount_point="team")["data"]["version"] == 2
    assert kv.read_secret_version("app/db", mount_point="team")["data"]["data"] == {"password": "n3wer"}
    assert kv.read_secret_version("app/db", version=1, mount_point="team")["data"]["data"] == {"password": "s3cret"}
    assert kv.list_secrets("app", mount_point="team")["data"]["keys"] == ["db"]
    expect(exceptions.Forbidden, lambda: kv.read_secret_version("other", mount_point="team"))
    everything = root().secrets.kv.v2
    everything.patch("app/db", {"user": "app"}, mount_point="team")
    everything.delete_latest_version_of_secret("app/db", mount_point="team")
    expect(exceptions.InvalidPath, lambda: everything.read_secret_version("app/db", mount_point="team"))
    everything.undelete_secret_versions("app/db", [3], mount_point="team")
    assert everything.read_secret_version("app/db", mount_point="team")["data"]["data"]["user"] == "app"
    everything.destroy_secret_versions("app/db", [1], mount_point="team")
    metadata = everything.read_secret_metadata("app/db", mount_point="team")["data"]
    assert metadata["current_version"] == 3 and metadata["versions"]["1"]["destroyed"]
    everything.delete_metadata_and_all_versions("app/db", mount_point="team")
    expect(exceptions.InvalidPath, lambda: everything.list_secrets("app", mount_point="team"))


def test_kv1():
    root().sys.enable_secrets_engine("kv", path="plain", options={"version": "1"})
    kv = root().secrets.kv.v1
    kv.create_or_update_secret("a/b", {"k": "v", "n": 5}, mount_point="plain")
    answer = kv.read_secret("a/b", mount_point="plain")
    assert answer["data"] == {"k": "v", "n": 5} and answer["lease_duration"] == 2764800
    assert kv.list_secrets("", mount_point="plain")["data"]["keys"] == ["a/"]
    kv.delete_secret("a/b", mount_point="plain")
    expect(exceptions.InvalidPath, lambda: kv.read_secret("a/b", mount_point="plain"))
    root().sys.disable_secrets_engine("plain")
    assert "plain/" not in root().sys.list_mounted_secrets_engines()["data"]


def test_snapshots():
    api = root().secrets.kv.v2
    api.create_or_update_secret("snapped", secret={"v": "then"}, mount_point="team")
    snapshot = root().sys.take_raft_snapshot().content
    with tarfile.open(fileobj=io.BytesIO(snapshot)) as archive:
        assert archive.getnames() == ["meta.json", "state.bin", "SHA256SUMS", "SHA256SUMS.sealed"]
    api.create_or_update_secret("snapped", secret={"v": "now"}, mount_point="team")
    expect(exceptions.InvalidRequest, lambda: root().sys.restore_raft_snapshot(snapshot[:-100]))
    expect(exceptions.Forbidden, lambda: client().sys.restore_raft_snapshot(snapshot))
    for restore in (root().sys.restore_raft_snapshot, root().sys.force_restore_raft_snapshot):
        assert restore(snapshot).status_code == 204
        assert not client().sys.is_sealed()
        assert api.read_secret_version("snapped", mount_point="team")["data"]["data"]["v"] == "then"
        api.create_or_update_secret("snapped", secret={"v": "now"}, mount_point="team")
    api.delete_metadata_and_all_versions("snapped", mount_point="team")


def openssl(*arguments, text=""):
    done = subprocess.run(["openssl", *arguments], input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_pki():
    root().sys.enable_secrets_engine("pki", config={"max_lease_ttl": "87600h"})
    pki = root().secrets.pki
    kind = {"extra_params": {"key_type": "ec", "key_bits": 256, "ttl": "87600h"}}
    authority = pki.generate_root(type="internal", common_name="hvac root", **kind)["data"]
    pki.create_or_update_role("web", {"allowed_domains": "example.test", "allow_subdomains": True, "key_type": "ec", "key_bits": 256, "max_ttl": "72h"})
    assert pki.read_role("web")["data"]["allow_subdomains"] is True
    assert pki.list_roles()["data"]["keys"] == ["web"]
    issued = pki.generate_certificate("web", "a.example.test", extra_params={"ttl": "24h"})["data"]
    expect(exceptions.InvalidRequest, lambda: pki.generate_certificate("web", "a.example.org"))
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (("ca", authority["certificate"]), ("leaf", issued["certificate"])):
            with open(folder + "/" + name, "w") as file:
                file.write(text + "\n")
        openssl("verify", "-CAfile", folder + "/ca", folder + "/leaf")
        subject = openssl("x509", "-in", folder + "/leaf", "-noout", "-ext", "subjectAltName")
        assert "DNS:a.example.test" in subject
        openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=b.example.test",
                "-keyout", folder + "/key", "-out", folder + "/csr")
        with open(folder + "/csr") as file:
            signed = pki.sign_certificate("web", csr=file.read(), common_name="b.example.test")["data"]
        with open(folder + "/leaf", "w") as file:
            file.write(signed["certificate"] + "\n")
        openssl("verify", "-CAfile", folder + "/ca", folder + "/leaf")
        pki.revoke_certificate(serial_number=issued["serial_number"])
        with open(folder + "/crl", "w") as file:
            file.write(pki.read_crl())
        listed = openssl("crl", "-in", folder + "/crl", "-CAfile", folder + "/ca", "-noout", "-text")
        assert issued["serial_number"].replace(":", "").upper() in listed.upper().replace(":", "")
    assert "BEGIN CERTIFICATE" in pki.read_ca_certificate()


def test_mounts_are_tuned():
    sys_api = root().sys
    sys_api.enable_secrets_engine("kv", path="tuned")
    sys_api.tune_mount_configuration("tuned", default_lease_ttl="1h", description="for a while")
    assert sys_api.read_mount_configuration("tuned")["data"]["default_lease_ttl"] == 3600
    sys_api.disable_secrets_engine("tuned")
    sys_api.enable_auth_method("userpass", path="staff")
    sys_api.tune_auth_method("staff", max_lease_ttl="2h")
    assert sys_api.read_auth_method_tuning("staff")["data"]["max_lease_ttl"] == 7200
    root().write("sys/mounts/auth/staff/tune", default_lease_ttl="30m")  # as the Go client does
    assert sys_api.list_auth_methods()["data"]["staff/"]["config"]["default_lease_ttl"] == 1800
    sys_api.disable_auth_method("staff")
    assert "staff/" not in sys_api.list_auth_methods()["data"]


def plain_put(path):
    """Status and headers of a write, which hvac hides."""
    answer = requests.put(ADDRESS + "/v1/" + path, json={"a": "b"}, headers={"X-Vault-Token": state["root"]}, verify=CA)
    return answer.status_code, answer.headers


def test_leases():
    sys_, pki = root().sys, root().secrets.pki
    pki.create_or_update_role("leased", {"allow_any_name": True, "key_type": "ec", "key_bits": 256, "ttl": "24h", "generate_lease": True})
    issued = pki.generate_certificate("leased", "leased.example.test")
    lease = issued["lease_id"]
    assert lease.startswith("pki/issue/leased/") and not issued["renewable"] and 86390 <= issued["lease_duration"] <= 86400
    shown = sys_.read_lease(lease)["data"]
    assert shown["id"] == lease and shown["expire_time"] and shown["issue_time"] and shown["last_renewal"] is None
    assert sys_.list_leases("pki/issue/leased")["data"]["keys"] == [lease.split("/")[-1]]
    expect(exceptions.InvalidRequest, lambda: sys_.renew_lease(lease, increment=60))
    sys_.revoke_lease(lease)
    for _ in range(50):
        if pki.read_certificate(issued["data"]["serial_number"])["data"]["revocation_time"]:
            break
        time.sleep(0.1)
    assert pki.read_certificate(issued["data"]["serial_number"])["data"]["revocation_time"] > 0
    expect(exceptions.InvalidRequest, lambda: sys_.read_lease(lease))
    wrapped = root().write("pki/issue/leased", common_name="wrapped.example.test", wrap_ttl="60s")["wrap_info"]["token"]
    opened = root().sys.unwrap(wrapped)
    assert sys_.read_lease(opened["lease_id"])["data"]["ttl"] > 0
    sys_.revoke_prefix("pki/issue/leased")
    expect(exceptions.InvalidRequest, lambda: sys_.read_lease(opened["lease_id"]))
    sys_.revoke_force("pki/issue/leased")


def test_logins_are_leases():
    root().sys.enable_auth_method("userpass", path="people")
    people = root().auth.userpass
    people.create_or_update_user("lea", "correct horse", mount_point="people")
    token = client().auth.userpass.login("lea", "correct horse", mount_point="people")["auth"]["client_token"]
    keys = root().sys.list_leases("auth/people/login/lea")["data"]["keys"]
    assert len(keys) == 1 and root().sys.read_lease("auth/people/login/lea/" + keys[0])["data"]["ttl"] > 0
    root().sys.revoke_prefix("auth/people/")
    assert not client(token).is_authenticated()
    root().sys.disable_auth_method("people")


def test_quotas():
    root().sys.enable_secrets_engine("kv", path="slow", options={"version": "1"})
    limit = root().adapter.put("/v1/sys/quotas/rate-limit/slow", json={"path": "slow", "rate": 1, "interval": "1h"})
    assert limit.status_code == 204
    assert root().read("sys/quotas/rate-limit/slow")["data"]["path"] == "slow/"
    assert root().list("sys/quotas/rate-limit")["data"]["keys"] == ["slow"]
    assert plain_put("slow/a")[0] == 204
    status, headers = plain_put("slow/a")
    assert status == 429 and int(headers["Retry-After"]) > 3000, (status, headers)
    root().delete("sys/quotas/rate-limit/slow")
    assert plain_put("slow/a")[0] == 204
    root().sys.disable_secrets_engine("slow")


def certificate(folder, name, subject, *options):
    openssl("req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-days", "2", "-subj", subject,
            "-keyout", folder + "/" + name + ".key", "-out", folder + "/" + name + ".pem", *options)
    return folder + "/" + name + ".pem", folder + "/" + name + ".key"


def test_cert_login():
    root().sys.enable_auth_method("cert")
    with tempfile.TemporaryDirectory() as folder:
        mine, other = certificate(folder, "mine", "/CN=hvac client"), certificate(folder, "other", "/CN=somebody")
        root().auth.cert.create_ca_certificate_role("web", certificate=mine[0], allowed_common_names="hvac *", token_policies=["default"])
        assert root().auth.cert.list_certificate_roles()["data"]["keys"] == ["web"]
        assert root().auth.cert.read_ca_certificate_role("web")["data"]["token_policies"] == ["default"]
        for name in ("web", ""):
            me = hvac.Client(url=ADDRESS, verify=CA, cert=mine)
            granted = me.auth.cert.login(name=name, cert_pem=mine[0], key_pem=mine[1])["auth"]
            assert granted["metadata"]["common_name"] == "hvac client" and granted["metadata"]["cert_name"] == "web"
            me.token = granted["client_token"]
            assert me.auth.token.lookup_self()["data"]["display_name"] == "cert-web"
            assert me.auth.token.renew_self()["auth"]["accessor"] == granted["accessor"]
        stranger = hvac.Client(url=ADDRESS, verify=CA, cert=other)
        expect(exceptions.InvalidRequest, lambda: stranger.auth.cert.login(name="web", cert_pem=other[0], key_pem=other[1]))
        expect(exceptions.InvalidRequest, lambda: client(granted["client_token"]).auth.token.renew_self())
        root().auth.cert.delete_certificate_role("web")
        expect(exceptions.InvalidRequest, lambda: me.auth.token.renew_self())
    root().sys.disable_auth_method("cert")
    assert not client(granted["client_token"]).is_authenticated()


def test_jwt_login():
    def encoded(raw):
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    def token(key, **claims):
        body = {"iss": "hvac", "aud": "casemate", "sub": "job-1", "exp": int(time.time()) + 60, "iat": int(time.time())}
        text = encoded(b'{"alg":"RS256"}') + "." + encoded(json.dumps({**body, **claims}).encode())
        made = subprocess.run(["openssl", "dgst", "-sha256", "-sign", key, "-binary"], input=text.encode(), capture_output=True, check=True)
        return text + "." + encoded(made.stdout)

    root().sys.enable_auth_method("jwt")
    jwt = root().auth.jwt
    with tempfile.TemporaryDirectory() as folder:
        key = folder + "/key"
        openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", key)
        openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", key + "2")
        jwt.configure(jwt_validation_pubkeys=[openssl("pkey", "-in", key, "-pubout")], bound_issuer="hvac", jwt_supported_algs=["RS256"])
        assert jwt.read_config()["data"]["bound_issuer"] == "hvac"
        jwt.create_role("ci", user_claim="sub", allowed_redirect_uris=[], bound_audiences=["casemate"], bound_claims={"ref": "main"},
                        groups_claim="groups", token_policies=["default"])
        assert jwt.list_roles()["data"]["keys"] == ["ci"] and jwt.read_role("ci")["data"]["user_claim"] == "sub"
        granted = client().auth.jwt.jwt_login("ci", token(key, ref="main", groups=["a"]))["auth"]
        assert granted["metadata"] == {"role": "ci"} and granted["token_policies"] == ["default"]
        assert client(granted["client_token"]).auth.token.lookup_self()["data"]["display_name"] == "jwt-job-1"
        for bad in (token(key, ref="other", groups=[]), token(key + "2", ref="main", groups=[]), token(key, ref="main", groups=[], iss="x")):
            expect(exceptions.InvalidRequest, lambda: client().auth.jwt.jwt_login("ci", bad))
        expect(exceptions.InvalidRequest, lambda: client().auth.jwt.oidc_authorization_url_request("ci", "http://localhost:8250/oidc/callback"))
        jwt.delete_role("ci")
    root().sys.disable_auth_method("jwt")


def test_audit_is_on():
    assert root().sys.list_enabled_audit_devices()["data"]
    assert root().sys.calculate_hash(list(root().sys.list_enabled_audit_devices()["data"])[0].strip("/"), "x")["data"]["hash"].startswith("hmac-sha256:")


def test_audit_devices_come_and_go():
    sys_ = root().sys
    with socket.create_server(("127.0.0.1", 0)) as collector:
        options = {"address": "127.0.0.1:%d" % collector.getsockname()[1], "socket_type": "tcp"}
        sys_.enable_audit_device("socket", description="a collector", options=options, path="collector")
        shown = sys_.list_enabled_audit_devices()["data"]["collector/"]
        assert shown["type"] == "socket" and shown["options"] == options
        connection, _ = collector.accept()
        with connection, connection.makefile() as lines:
            assert '"path":"sys/audit/test"' in lines.readline()
            entries = [lines.readline() for _ in range(3)]
            assert '"path":"sys/audit/collector"' in entries[0] and '"type":"response"' in entries[0]
            assert all('"path":"sys/audit"' in line for line in entries[1:]) and '"type":"response"' in entries[2]
            hashed = sys_.calculate_hash("collector", "x")["data"]["hash"]
            assert hashed != sys_.calculate_hash("file", "x")["data"]["hash"]
        sys_.disable_audit_device("collector")
    assert "collector/" not in sys_.list_enabled_audit_devices()["data"]
    expect(exceptions.InvalidRequest, lambda: sys_.enable_audit_device("socket", options=options))
    expect(exceptions.InvalidRequest, lambda: sys_.enable_audit_device("file", options={"file_path": "/tmp/x", "format": "jsonx"}))


def test_mounts_move_and_are_tuned():
    sys_ = root().sys
    sys_.enable_secrets_engine("kv", path="before", options={"version": "1"})
    root().secrets.kv.v1.create_or_update_secret("a", {"k": "v"}, mount_point="before")
    moved = sys_.move_backend("before", "after/here")["migration_id"]
    assert root().read("sys/remount/status/" + moved)["data"]["migration_info"]["status"] == "success"
    assert root().secrets.kv.v1.read_secret("a", mount_point="after/here")["data"] == {"k": "v"}
    sys_.tune_mount_configuration("after/here", default_lease_ttl="1h", max_lease_ttl="2h", audit_non_hmac_request_keys=["k"], passthrough_request_headers=["X-Own"])
    tuned = sys_.read_mount_configuration("after/here")["data"]
    assert tuned["default_lease_ttl"] == 3600 and tuned["max_lease_ttl"] == 7200
    assert tuned["audit_non_hmac_request_keys"] == ["k"] and tuned["passthrough_request_headers"] == ["X-Own"]
    sys_.disable_secrets_engine("after/here")


def test_what_operators_look_at():
    read = lambda path: root().read(path)["data"]
    assert read("sys/host-info")["memory"]["total"] > 0
    assert root().list("sys/version-history")["data"]["keys"]
    assert "kv" in read("sys/plugins/catalog")["secret"]
    assert read("sys/internal/counters/tokens")["counters"]["service_tokens"]["total"] > 0
    assert len(base64.b64decode(root().write("sys/tools/random/7")["data"]["random_bytes"])) == 7
    assert root().write("sys/tools/hash/sha2-256", input="YWJj")["data"]["sum"].startswith("ba7816bf")
    root().write("sys/config/cors", allowed_origins="https://ui.example", allowed_headers="X-Own")
    assert read("sys/config/cors")["allowed_origins"] == ["https://ui.example"]
    root().delete("sys/config/cors")
    assert read("sys/config/cors") == {"enabled": False}
    root().write("sys/config/auditing/request-headers/X-Own", hmac=True)
    assert read("sys/config/auditing/request-headers")["headers"]["x-own"] == {"hmac": True}
    metrics = root().adapter.get("/v1/sys/metrics", params={"format": "prometheus"})
    assert "vault_core_unsealed 1.0" in metrics.text
    expect(exceptions.Forbidden, lambda: client().read("sys/metrics"))
    document = root().read("sys/internal/specs/openapi")
    assert document["openapi"] == "3.0.2" and "/sys/mounts/{path}" in document["paths"]
    ids = [how["operationId"] for item in document["paths"].values() for how in item.values() if isinstance(how, dict)]
    assert len(ids) == len(set(ids))


def test_keys_rotate():
    before = root().key_status["term"]
    root().sys.rotate_encryption_key()
    assert root().key_status["term"] == before + 1
    assert root().secrets.kv.v2.read_configuration(mount_point="team")["data"]["cas_required"] is False


def reveal(encoded, otp):
    encoded += "=" * (-len(encoded) % 4)
    return "".join(chr(a ^ ord(b)) for a, b in zip(base64.b64decode(encoded), otp))


def test_ceremonies_need_a_token():
    expect(exceptions.Forbidden, lambda: client().sys.start_root_token_generation())
    expect(exceptions.Forbidden, lambda: client().sys.cancel_rekey())
    try:
        client().sys.read_rekey_progress()
        raise AssertionError("answered")
    except exceptions.Forbidden as e:
        assert "permission denied" in e.errors and "enable_unauthenticated_access: [rekey]" in e.errors[1]


def test_root_token_by_shares():
    sys_ = root().sys
    assert not sys_.read_root_generation_progress()["started"]
    started = sys_.start_root_token_generation()
    assert len(started["otp"]) == started["otp_length"] == 28
    expect(exceptions.InvalidRequest, lambda: sys_.generate_root(state["shares"][0], "another nonce"))
    for share in state["shares"][: state["threshold"]]:
        answer = sys_.generate_root(share, started["nonce"])
    assert answer["complete"] and answer["progress"] == state["threshold"]
    made = client(reveal(answer["encoded_root_token"], started["otp"]))
    assert made.auth.token.lookup_self()["data"]["policies"] == ["root"]
    made.auth.token.revoke_self()
    sys_.start_root_token_generation(otp="x" * 28)
    sys_.cancel_root_generation()
    assert not sys_.read_root_generation_progress()["started"]


def test_rekeys():
    sys_, recovery = root().sys, KIND == "hsm"
    started = sys_.start_rekey(secret_shares=2, secret_threshold=2, recovery_key=recovery)
    assert started["started"] and started["required"] == state["threshold"] and started["n"] == 2
    assert sys_.read_rekey_progress(recovery_key=recovery)["nonce"] == started["nonce"]
    sys_.cancel_rekey(recovery_key=recovery)
    nonce = sys_.start_rekey(secret_shares=2, secret_threshold=2, recovery_key=recovery)["nonce"]
    done = sys_.rekey_multi(state["shares"], nonce=nonce, recovery_key=recovery)
    assert done["complete"] and len(done["keys"]) == len(done["keys_base64"]) == 2
    state["shares"], state["threshold"] = done["keys"], 2
    assert client().sys.read_seal_status()["n"] == 2
    if recovery:
        nonce = sys_.start_rekey(secret_shares=1, secret_threshold=1)["nonce"]
        assert sys_.rekey_multi(state["shares"], nonce=nonce)["keys"] == []


def test_rekeys_with_verification():
    if KIND == "hsm":
        expect(exceptions.InvalidRequest, lambda: root().sys.start_rekey(secret_shares=1, secret_threshold=1, require_verification=True))
        return
    nonce = root().sys.start_rekey(secret_shares=3, secret_threshold=2, require_verification=True)["nonce"]
    made = root().sys.rekey_multi(state["shares"], nonce=nonce)
    assert made["verification_required"]
    proof = root().sys.read_rekey_verify_progress()["nonce"]
    assert proof == made["verification_nonce"]
    assert root().sys.rekey_verify(made["keys"][0], proof)["progress"] == 1
    assert root().sys.cancel_rekey_verify()["nonce"] != proof
    proof = root().sys.read_rekey_verify_progress()["nonce"]
    assert root().sys.rekey_verify_multi(made["keys"][1:], proof)["complete"]
    state["shares"] = made["keys"]


def test_rekeys_to_pgp_keys_with_backup():
    with tempfile.TemporaryDirectory() as home:
        gpg = ["gpg", "--homedir", home, "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", ""]
        subprocess.run(gpg + ["--quick-generate-key", "hvac@example.test", "future-default", "default", "1d"], check=True, capture_output=True)
        key = base64.b64encode(subprocess.run(gpg + ["--export"], check=True, capture_output=True).stdout).decode()
        recovery = KIND == "hsm"
        nonce = root().sys.start_rekey(secret_shares=1, secret_threshold=1, pgp_keys=[key], backup=True, recovery_key=recovery)["nonce"]
        done = root().sys.rekey_multi(state["shares"], nonce=nonce, recovery_key=recovery)
        kept = root().sys.read_backup_keys(recovery_key=recovery)["data"]
        fingerprint = done["pgp_fingerprints"][0]
        assert kept["nonce"] == nonce and kept["keys"] == {fingerprint: [done["keys"][0]]}
        clear = subprocess.run(gpg + ["--decrypt"], input=bytes.fromhex(done["keys"][0]), check=True, capture_output=True).stdout.decode()
        assert len(clear) == 64
        state["shares"], state["threshold"] = [clear], 1
        subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], check=True)


def test_audits_ceremonies_without_a_share_in_clear():
    text = open(CA.replace("tls.pem", "audit.log")).read()
    assert "sys/rekey" in text and "sys/generate-root/update" in text
    for share in state["shares"] + [state["root"]]:
        assert share not in text


def test_the_new_shares_unseal():
    root().sys.seal()
    assert client().sys.is_sealed()
    client().sys.submit_unseal_keys(state["shares"])
    assert not client().sys.is_sealed()
    assert root().secrets.kv.v2.read_configuration(mount_point="team")["data"]["cas_required"] is False


def test_seals():
    root().sys.seal()
    assert client().sys.is_sealed()
    expect(exceptions.VaultDown, lambda: root().sys.list_mounted_secrets_engines())


for name, test in [(name, value) for name, value in list(globals().items()) if name.startswith("test_")]:
    try:
        test()
        passed += 1
        print("ok      hvac, %s: %s" % (KIND, name[5:].replace("_", " ")))
    except Exception:
        failed += 1
        print("FAILED  hvac, %s: %s" % (KIND, name[5:].replace("_", " ")))
        traceback.print_exc(file=sys.stdout)
print("%d passed, %d failed" % (passed, failed))
sys.exit(1 if failed else 0)
