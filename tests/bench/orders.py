"""ACME orders, one after the other, each to its certificate: PORT CA FOLDER COUNT; the root token in TOKEN. Prints orders a second."""

import http.client
import json
import os
import ssl
import sys
import time

from crash_acme import Account, Resolver

PORT, CA, FOLDER, COUNT = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
connection = http.client.HTTPSConnection("127.0.0.1", int(PORT), context=ssl.create_default_context(cafile=CA))


def call(method, path, body, headers):
    connection.request(method, "/v1/" + path, body, headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    return answer.status, {k.lower(): v for k, v in answer.getheaders()}, json.loads(text) if text[:1] == "{" else text


resolver = Resolver()
token = {"X-Vault-Token": os.environ["TOKEN"]}
DIRECTORY = {"enabled": True, "dns_resolver": resolver.address, "max_ttl": "24h", "max_open_orders": 0}
call("POST", "ca/config/acme", json.dumps(DIRECTORY), token)
account = Account(call, "https://127.0.0.1:%s/v1/" % PORT, FOLDER, "bench", "ca/acme/")
account.register()
begun = time.monotonic()
for i in range(COUNT):
    name = "o%d-%d.example.test" % (i, time.time_ns())
    account.finish(account.place(name), name, resolver)
print("%.1f" % (COUNT / (time.monotonic() - begun)))
