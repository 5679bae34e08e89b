"""An ACME client (RFC 8555) of a server that is about to be killed, and the resolver that its names are proven by.

Keys and signatures are made by openssl, so that nothing but Python and openssl is needed.
"""

import base64
import hashlib
import json
import os
import socket
import struct
import subprocess
import threading
import time


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def openssl(*words, stdin=b""):
    return subprocess.run(("openssl",) + words, input=stdin, capture_output=True, check=True).stdout


class Resolver(threading.Thread):
    """Answers every TXT question with the digest of whatever challenge has that name (RFC 1035)."""

    def __init__(self):
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.socket.getsockname()[1]
        self.texts = {}
        self.start()

    def run(self):
        while True:
            question, sender = self.socket.recvfrom(1500)
            labels, at = [], 12
            while question[at]:
                labels.append(question[at + 1 : at + 1 + question[at]].decode())
                at += question[at] + 1
            texts = self.texts.get(".".join(labels).lower(), []) if question[at + 1 : at + 3] == b"\0\x10" else []
            rows = b"".join(
                b"\xc0\x0c\0\x10\0\x01" + struct.pack(">IH", 1, len(t) + 1) + bytes([len(t)]) + t.encode() for t in texts
            )
            head = question[:2] + b"\x81\x80\0\x01" + struct.pack(">HHH", len(texts), 0, 0)
            self.socket.sendto(head + question[12 : at + 5] + rows, sender)


class Account:
    """One account; `call(method, path, body, headers)` sends and gives status, headers and JSON or text."""

    def __init__(self, call, base, folder, name, directory="pki/acme/"):
        self.call, self.base, self.directory = call, base, directory
        self.key = os.path.join(folder, "acme-%s.key" % name)
        self.url = None
        if not os.path.exists(self.key):
            openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", self.key)
        point = openssl("pkey", "-in", self.key, "-pubout", "-outform", "DER")[-64:]
        self.jwk = {"crv": "P-256", "kty": "EC", "x": b64(point[:32]), "y": b64(point[32:])}
        canonical = json.dumps(self.jwk, separators=(",", ":"), sort_keys=True).encode()
        self.thumbprint = b64(hashlib.sha256(canonical).digest())

    def register(self):
        """Makes the account, or finds it."""
        status, headers, answer = self.post("new-account", {"termsOfServiceAgreed": True})
        require(status in (200, 201), "new-account: %d %s" % (status, answer))
        self.url = headers["location"]

    def signature(self, text):
        der = openssl("dgst", "-sha256", "-sign", self.key, stdin=text.encode())
        parts, at = [], 2
        for _ in range(2):
            length = der[at + 1]
            parts.append(int.from_bytes(der[at + 2 : at + 2 + length], "big").to_bytes(32, "big"))
            at += 2 + length
        return b64(b"".join(parts))

    def post(self, path, payload):
        """Signed; payload None is POST-as-GET. A path, or a URL that the server gave."""
        path = path[len(self.base) :] if path.startswith(self.base) else self.directory + path
        _, headers, _ = self.call("GET", self.directory + "new-nonce", None, {})
        protected = {"alg": "ES256", "nonce": headers["replay-nonce"], "url": self.base + path}
        protected.update({"kid": self.url} if self.url else {"jwk": self.jwk})
        head, body = b64(json.dumps(protected).encode()), "" if payload is None else b64(json.dumps(payload).encode())
        sent = {"protected": head, "payload": body, "signature": self.signature(head + "." + body)}
        return self.call("POST", path, json.dumps(sent), {"Content-Type": "application/jose+json"})

    def ok(self, path, payload=None):
        status, headers, answer = self.post(path, payload)
        require(status in (200, 201), "%s: %d %s" % (path, status, answer))
        return headers, answer

    def csr(self, name):
        key = self.key + ".leaf"
        if not os.path.exists(key):
            openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key)
        words = ["req", "-new", "-key", key, "-subj", "/", "-addext", "subjectAltName=DNS:" + name, "-outform", "DER"]
        return b64(openssl(*words))

    def place(self, name):
        """Places an order; its URL."""
        headers, _ = self.ok("new-order", {"identifiers": [{"type": "dns", "value": name}]})
        return headers["location"]

    def finish(self, url, name, resolver):
        """Takes an order from wherever it is to its certificate, in PEM."""
        order = self.settled(url)
        if order["status"] == "pending":
            self.prove(order["authorizations"][0], name, resolver)
            order = self.settled(url)
        if order["status"] == "ready":
            _, order = self.ok(order["finalize"], {"csr": self.csr(name)})
        require(order["status"] == "valid", "the order %s is %s" % (url, order))
        return self.ok(order["certificate"])[1]

    def settled(self, url):
        _, order = self.ok(url)
        require(order["status"] in ("pending", "ready", "valid"), "an order became %s" % order)
        return order

    def prove(self, url, name, resolver):
        _, authorization = self.ok(url)
        challenge = next(c for c in authorization["challenges"] if c["type"] == "dns-01")
        digest = hashlib.sha256(("%s.%s" % (challenge["token"], self.thumbprint)).encode()).digest()
        resolver.texts["_acme-challenge." + name] = [b64(digest)]
        if challenge["status"] == "pending":
            self.ok(challenge["url"], {})
        deadline = time.monotonic() + 60
        while authorization["status"] == "pending":
            require(time.monotonic() < deadline, "%s is still looked at" % name)
            time.sleep(0.02)
            _, authorization = self.ok(url)
        require(authorization["status"] == "valid", "%s was not proven: %s" % (name, authorization))


def require(truth, text):
    if not truth:
        raise AssertionError(text)
