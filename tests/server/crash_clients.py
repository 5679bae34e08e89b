"""Concurrent clients of a server that is about to be killed, and the look at what is left.

work|verify|order PORT CA ACKNOWLEDGED SEED PID; the root token comes in VAULT_TOKEN. ACKNOWLEDGED is a file that `work`
appends to: a JSON line for every answer that arrived. Two kinds of event: "did" (acknowledged) and "try" (in flight when killed).
`order` is one ACME order, during which the server dies at the moment that the file CONTROL says (tests/server/die.c).
"""

import http.client
import json
import os
import random
import re
import signal
import ssl
import struct
import subprocess
import sys
import threading
import time

from crash_acme import Account, Resolver, require

MODE, PORT, CA, FILE, SEED, PID = sys.argv[1:7]
ROOT = os.environ["VAULT_TOKEN"]
WRITES_PER_KEY = 4


class Client:
    def __init__(self, token=ROOT):
        self.token = token
        context = ssl.create_default_context(cafile=CA)
        self.connection = http.client.HTTPSConnection("127.0.0.1", int(PORT), context=context, timeout=30)

    def call(self, method, path, body=None, token=None):
        text = None if body is None else json.dumps(body)
        self.connection.request(method, "/v1/" + path, text, {"X-Vault-Token": token or self.token})
        answer = self.connection.getresponse()
        content = answer.read()
        return answer.status, json.loads(content) if content else {}

    def raw(self, path):
        self.connection.request("GET", "/v1/" + path)
        answer = self.connection.getresponse()
        content = answer.read()
        require(answer.status == 200, "%s: %d %s" % (path, answer.status, content))
        return content

    def plain(self, method, path, body, headers):
        self.connection.request(method, "/v1/" + path, body, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        text = content.decode()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, json.loads(text) if text[:1] == "{" else text

    def ok(self, method, path, body=None, token=None):
        status, answer = self.call(method, path, body, token)
        require(status in (200, 204), "%s %s: %d %s" % (method, path, status, answer))
        return answer


class Worker(threading.Thread):
    """Writes until the server is gone; remembers what was acknowledged and the one thing that was in flight."""

    def __init__(self, number, step):
        super().__init__()
        self.number, self.step = number, step
        self.random = random.Random("%s/%d" % (SEED, number))
        self.did, self.trying, self.error = [], None, None

    def run(self):
        try:
            client, i = Client(), 0
            while True:
                self.step(self, client, i)
                i += 1
        except (OSError, http.client.HTTPException, ValueError):
            pass  # the kill, or an answer that it cut
        except AssertionError as e:
            self.error = str(e)

    def done(self, event):
        self.did.append(event)
        self.trying = None


def write_secret(worker, client, i):
    key = "s%s-w%d-k%d" % (SEED, worker.number, i // WRITES_PER_KEY)
    value = {"step": str(i), "filler": "x" * worker.random.randrange(4000)}
    worker.trying = event = {"kind": "kv", "key": key, "version": i % WRITES_PER_KEY + 1, "value": value}
    answer = client.ok("POST", "secret/data/crash/" + key, {"data": value, "options": {"cas": i % WRITES_PER_KEY}})
    require(answer["data"]["version"] == event["version"], "version %s for %s" % (answer["data"]["version"], event))
    worker.done(event)


def create_token(worker, client, i):
    worker.trying = {"kind": "token"}
    auth = client.ok("POST", "auth/token/create", {"policies": ["default"], "ttl": "20h"})["auth"]
    worker.done({"kind": "token", "token": auth["client_token"], "accessor": auth["accessor"]})
    if i % 3 == 0:
        worker.trying = event = {"kind": "revoked token", "token": auth["client_token"], "accessor": auth["accessor"]}
        client.ok("POST", "auth/token/revoke", {"token": auth["client_token"]})
        worker.done(event)


def issue_certificate(worker, client, i):
    worker.trying = {"kind": "certificate"}
    name = "s%s-w%d-i%d.test" % (SEED, worker.number, i)
    issued = client.ok("POST", "pki/issue/web", {"common_name": name, "ttl": "20h"})["data"]
    worker.done({"kind": "certificate", "serial": issued["serial_number"], "pem": issued["certificate"]})
    if i % 3 == 0:
        worker.trying = event = {"kind": "revoked certificate", "serial": issued["serial_number"]}
        client.ok("POST", "pki/revoke", {"serial_number": issued["serial_number"]})
        worker.done(event)


def read_crl(worker, client, i):
    worker.trying = {"kind": "crl"}
    worker.done({"kind": "crl", "length": len(client.raw("pki/crl"))})


def account(client, number):
    """The same one in every round."""
    found = Account(client.plain, "https://127.0.0.1:%s/v1/" % PORT, os.path.dirname(FILE), number)
    found.register()
    return found


def resolve(client):
    resolver = Resolver()
    client.ok("POST", "pki/config/acme", {"enabled": True, "dns_resolver": resolver.address, "max_ttl": "24h"})
    return resolver


def finish_order(worker, client, i):
    if i == 0:
        worker.account = account(client, worker.number)
    name = "s%s-w%d-i%d.acme.test" % (SEED, worker.number, i)
    worker.trying = {"kind": "order"}
    event = {"kind": "order", "account": worker.number, "name": name, "url": worker.account.place(name), "seed": SEED}
    worker.done(event)
    worker.trying = {"kind": "order's certificate"}
    pem = worker.account.finish(event["url"], name, worker.resolver)
    worker.done({"kind": "order's certificate", "url": event["url"], "pem": pem})


def work():
    steps = [write_secret, create_token, issue_certificate] * 4 + [read_crl] + [finish_order] * 3
    Worker.resolver = resolve(Client())
    workers = [Worker(n, step) for n, step in enumerate(steps)]
    for worker in workers:
        worker.start()
    deadline = time.monotonic() + 60
    while not all(worker.did or worker.error for worker in workers) and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(random.Random(SEED).uniform(0, 1.5))
    os.kill(int(PID), signal.SIGKILL)
    for worker in workers:
        worker.join()
        require(not worker.error, worker.error)
        require(worker.did, "worker %d got nothing done" % worker.number)
    with open(FILE, "a") as file:
        for worker in workers:
            for event in worker.did:
                file.write(json.dumps({"did": event}) + "\n")
            if worker.trying:
                file.write(json.dumps({"try": worker.trying}) + "\n")
    print("%d acknowledged, %d in flight" % (sum(len(w.did) for w in workers), sum(w.trying is not None for w in workers)))


def verify_secrets(client, did, tried):
    values = {(e["key"], e["version"]): e["value"] for e in did + tried if e["kind"] == "kv"}
    least = {}
    for e in did:
        if e["kind"] == "kv":
            least[e["key"]] = max(e["version"], least.get(e["key"], 0))
    keys = client.ok("LIST", "secret/metadata/crash")["data"]["keys"]
    require(set(least) <= set(keys), "keys lost: %s" % (set(least) - set(keys)))
    for key in keys:
        metadata = client.ok("GET", "secret/metadata/crash/" + key)["data"]
        current = metadata["current_version"]
        require(current >= least.get(key, 1), "%s: version %d acknowledged, %d there" % (key, least.get(key, 1), current))
        require(sorted(map(int, metadata["versions"])) == list(range(1, current + 1)), "%s: versions %s" % (key, metadata))
        for version in range(1, current + 1):
            data = client.ok("GET", "secret/data/crash/%s?version=%d" % (key, version))["data"]["data"]
            require(data == values.get((key, version)), "%s version %d is not what was written" % (key, version))


def verify_tokens(client, did, tried):
    revoked = {e["token"] for e in did if e["kind"] == "revoked token"}
    perhaps = {e["token"] for e in tried if e["kind"] == "revoked token"}
    accessors = set(client.ok("LIST", "auth/token/accessors")["data"]["keys"])
    for e in did:
        if e["kind"] != "token" or e["token"] in perhaps:
            continue
        status, _ = client.call("GET", "auth/token/lookup-self", token=e["token"])
        wanted = 403 if e["token"] in revoked else 200
        require(status == wanted, "a token answers %d instead of %d" % (status, wanted))
        require((e["accessor"] in accessors) == (wanted == 200), "accessor %s listed wrongly" % e["accessor"])
    for accessor in accessors:
        client.ok("POST", "auth/token/lookup-accessor", {"accessor": accessor})


def verify_certificates(client, did):
    revoked = {e["serial"] for e in did if e["kind"] == "revoked certificate"}
    listed = set(client.ok("LIST", "pki/certs")["data"]["keys"])
    for e in did:
        if e["kind"] == "certificate":
            require(e["serial"] in listed, "certificate %s is not listed" % e["serial"])
            found = client.ok("GET", "pki/cert/" + e["serial"])["data"]
            require(found["certificate"].strip() == e["pem"].strip(), "certificate %s is another one" % e["serial"])
            require(e["serial"] not in revoked or found["revocation_time"] > 0, "%s is no longer revoked" % e["serial"])
    for serial in listed:
        client.ok("GET", "pki/cert/" + serial)
    verify_crl(client.raw("pki/crl"), {int(serial.replace(":", ""), 16) for serial in revoked})


def verify_orders(client, did):
    """Every order goes on to its certificate, from wherever it was; one that had it has the same, and it is on record."""
    made = {e["url"]: e["pem"] for e in did if e["kind"] == "order's certificate"}
    accounts, resolver, listed = {}, resolve(client), set(client.ok("LIST", "pki/certs")["data"]["keys"])
    for e in did:
        if e["kind"] == "order" and e["seed"] == SEED:
            if e["account"] not in accounts:
                accounts[e["account"]] = account(client, e["account"])
            pem = accounts[e["account"]].finish(e["url"], e["name"], resolver)
            require(made.get(e["url"], pem) == pem, "the certificate of %s is another one" % e["url"])
            require(e["url"] not in made or serial_number(pem) in listed, "the certificate of %s is untracked" % e["url"])


def serial_number(pem):
    text = subprocess.run(["openssl", "x509", "-noout", "-serial"], input=pem.encode(), capture_output=True, check=True)
    digits = text.stdout.decode().strip().split("=")[1].lower()
    return ":".join(digits[i : i + 2] for i in range(0, len(digits), 2))


def verify_crl(crl, revoked):
    command = ["openssl", "crl", "-inform", "DER", "-noout", "-text"]
    text = subprocess.run(command, input=crl, capture_output=True, check=True).stdout.decode()
    serials = [int(serial, 16) for serial in re.findall("Serial Number: ([0-9A-F]+)", text)]
    require(len(serials) == len(set(serials)), "a certificate is on the CRL twice")
    require(revoked <= set(serials), "revoked and not on the CRL: %s" % (revoked - set(serials)))


def verify():
    with open(FILE) as file:
        events = [json.loads(line) for line in file]
    did = [e["did"] for e in events if "did" in e]
    tried = [e["try"] for e in events if "try" in e]
    client = Client()
    verify_secrets(client, did, tried)
    verify_tokens(client, did, tried)
    verify_certificates(client, did)
    verify_orders(client, did)
    print("%d looked at" % len(did))


def order():
    """An order from its first request to its certificate: exit code 3 when the server died meanwhile, as it was told to."""
    client = Client()
    resolver, known, did = resolve(client), account(client, "dying"), []
    name = "s%s.dying.test" % SEED
    with open(os.environ["CONTROL"], "r+b") as control:
        control.write(struct.pack("=q", int(os.environ["DIES_AT"])))
    try:
        did.append({"kind": "order", "account": "dying", "name": name, "url": known.place(name), "seed": SEED})
        did.append({"kind": "order's certificate", "url": did[0]["url"], "pem": known.finish(did[0]["url"], name, resolver)})
    except (OSError, http.client.HTTPException, ValueError):
        pass
    with open(os.environ["CONTROL"], "r+b") as control:
        control.write(struct.pack("=q", 0))
    with open(FILE, "a") as file:
        file.writelines(json.dumps({"did": event}) + "\n" for event in did)
    sys.exit(0 if len(did) == 2 else 3)


{"work": work, "verify": verify, "order": order}[MODE]()
