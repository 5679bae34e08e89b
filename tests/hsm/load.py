"""Clients that ask a server all the while its HSM comes and goes, and the look at what they were told.

load.py run PORT CA FILE     asks until its standard input ends; the root token comes in VAULT_TOKEN
load.py judge FILE EVENTS    whether FILE is as it must be, given the outages in EVENTS

FILE has a line for each answer: when it was asked for, when it came, kind (plain needs no HSM, hsm does), status, Retry-After.
EVENTS has a line for each thing done to the HSM: when, and `cut`, `back`, or a word of no meaning.
"""

import http.client
import json
import os
import ssl
import sys
import threading
import time

RECOVERY = 5.0
KV = "secret/data/load-"
READS = ["secret/data/canary", "auth/token/lookup-self", "sys/health", "sys/seal-status", "pki/cert/ca"]


class Client(threading.Thread):
    def __init__(self, number, kind, port, ca, file, lock, stop):
        super().__init__(daemon=True)
        self.number, self.kind, self.port, self.ca = number, kind, port, ca
        self.file, self.lock, self.stop = file, lock, stop
        self.connection = None

    def run(self):
        i = 0
        while not self.stop.is_set():
            i += 1
            if self.kind == "hsm":
                self.ask("POST", "pki/issue/short", {"common_name": "a.test", "ttl": "1h"})
            elif i % 4 == 0:
                self.ask("POST", KV + str(self.number), {"data": {"n": str(i)}})
            else:
                self.ask("GET", READS[i % len(READS)], None)
            time.sleep(0.02)

    def ask(self, method, path, body):
        begun, status, retry = time.time(), "none", "-"
        try:
            if self.connection is None:
                context = ssl.create_default_context(cafile=self.ca)
                self.connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=context, timeout=60)
            headers = {"X-Vault-Token": os.environ["VAULT_TOKEN"]}
            self.connection.request(method, "/v1/" + path, json.dumps(body) if body else None, headers)
            answer = self.connection.getresponse()
            content = answer.read()
            status, retry = str(answer.status), answer.getheader("Retry-After") or "-"
            if answer.getheader("Connection") == "close":
                self.connection.close()
            if status not in ("200", "204", "503"):
                status += ":" + content.decode(errors="replace")[:300].replace(" ", "_").replace("\n", "_")
        except (OSError, http.client.HTTPException) as e:
            status, self.connection = type(e).__name__ + ":" + str(e).replace(" ", "_"), None
        with self.lock:
            print("%.3f %.3f %s %s %s %s" % (begun, time.time(), self.kind, status, retry, path), file=self.file, flush=True)


def run(port, ca, path):
    stop, lock = threading.Event(), threading.Lock()
    with open(path, "a") as file:
        kinds = ["plain"] * 4 + ["hsm"] * 3
        clients = [Client(i, kind, int(port), ca, file, lock, stop) for i, kind in enumerate(kinds)]
        for client in clients:
            client.start()
        sys.stdin.read()
        stop.set()
        for client in clients:
            client.join(70)


def lines(path):
    with open(path) as file:
        return [line.split() for line in file]


def judge(path, events):
    answers = [(float(a), float(b), kind, status, retry, what) for a, b, kind, status, retry, what in lines(path)]
    outages = [(float(words[0]), words[1]) for words in lines(events)]
    wrong = []
    plain = [a for a in answers if a[2] == "plain"]
    hsm = sorted((a for a in answers if a[2] == "hsm"), key=lambda a: a[1])
    wrong += ["not served: %s" % (a,) for a in plain if a[3] not in ("200", "204")]
    wrong += ["neither served nor told to come back: %s" % (a,) for a in hsm if a[3] != "200" and (a[3] != "503" or a[4] == "-")]
    slowest, returns = 0.0, [at for at, what in outages if what == "back"]
    for at in returns:
        until = min([t for t, what in outages if what == "cut" and t > at] or [float("inf")])
        served = [a[1] - at for a in hsm if a[0] >= at - 60 and at <= a[1] <= until and a[3] == "200"]
        first = min(served, default=float("inf"))
        late = [a for a in hsm if at + RECOVERY < a[1] < until and a[3] != "200"]
        slowest = max(slowest, first, *[a[1] - at for a in late])
        if first > RECOVERY or late:
            wrong.append("after the return at %.3f served first after %.1f s, and refused later still: %s" % (at, first, late[:3]))
    refused = sum(a[3] == "503" for a in hsm)
    print("%d requests that need no HSM, %d that do, %d of them told to come back; %d returns, the slowest recovery %.1f s"
          % (len(plain), len(hsm), refused, len(returns), slowest))
    if not plain or not any(a[3] == "200" for a in hsm):
        wrong.append("there was no load")
    for text in wrong[:20]:
        print(text)
    return 1 if wrong else 0


if __name__ == "__main__":
    if sys.argv[1] == "run":
        run(*sys.argv[2:5])
    else:
        sys.exit(judge(*sys.argv[2:4]))
