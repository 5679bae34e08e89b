"""Prints a token for the role that logins.sh makes, signed with the P-256 key in the named file (RFC 7518 section 3.4)."""

import base64
import json
import subprocess
import sys
import time


def part(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def raw(der):
    """The two numbers of an ECDSA signature, out of their DER."""
    at, numbers = 2, b""
    for _ in range(2):
        length = der[at + 1]
        numbers += int.from_bytes(der[at + 2 : at + 2 + length], "big").to_bytes(32, "big")
        at += 2 + length
    return numbers


now = int(time.time())
head = part(json.dumps({"alg": "ES256", "typ": "JWT"}).encode())
body = part(json.dumps({"sub": "build", "aud": "casemate", "iat": now, "nbf": now - 5, "exp": now + 300}).encode())
signed = subprocess.run(["openssl", "dgst", "-sha256", "-sign", sys.argv[1]], input=f"{head}.{body}".encode(), capture_output=True, check=True)
print(f"{head}.{body}.{part(raw(signed.stdout))}")
