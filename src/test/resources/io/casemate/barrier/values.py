#!/usr/bin/env python3
"""Prints values.txt: barrier values (docs/formats/barrier.md) made without our code, by python3-cryptography.

Columns: storage key, term, data key, plaintext, value; all but the first two in hexadecimal.
"""
import hashlib
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CASES = [
    ("logical/1/a", 1, b"hello"),
    ("core/mounts", 1, b""),
    ("logical/\u00e9t\u00e9/\U0001f511", 7, b"key with characters outside ASCII"),
    ("sys/token/id/x", 0xFFFFFFFE, bytes(range(256)) * 20),
]
for path, term, plaintext in CASES:
    key = hashlib.sha256(b"data key %d" % term).digest()
    nonce = hashlib.sha256(path.encode()).digest()[:12]
    value = term.to_bytes(4, "big") + b"\x02" + nonce + AESGCM(key).encrypt(nonce, plaintext, path.encode())
    print(path, term, key.hex(), plaintext.hex() or "-", value.hex())
