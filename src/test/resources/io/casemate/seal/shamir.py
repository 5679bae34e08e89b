#!/usr/bin/env python3
"""Prints shamir.txt: shares (docs/formats/keyring.md) made without our code: tables of logarithms to base 3, and polynomials
evaluated term by term. The field is that of AES (polynomial 0x11b), a share is the y bytes and then the x byte.

Columns: threshold, secret, shares separated by commas; in hexadecimal. 'shamir.py join SHARE...' joins shares.
pyshamir.txt has the same columns and was printed with the package pyshamir 1.1.0 (split).
"""
import hashlib
import sys

EXP, LOG = [0] * 255, [0] * 256
value = 1
for i in range(255):
    EXP[i], LOG[value] = value, i
    double = (value << 1) ^ (0x11B if value & 0x80 else 0)
    value = double ^ value


def mul(a, b):
    return 0 if a == 0 or b == 0 else EXP[(LOG[a] + LOG[b]) % 255]


def power(a, n):
    result = 1
    for _ in range(n):
        result = mul(result, a)
    return result


def stream(label, length):
    out = b""
    while len(out) < length:
        out += hashlib.sha256(b"%s %d" % (label, len(out))).digest()
    return out[:length]


def split(secret, threshold, xs, label):
    coefficients = stream(b"coefficients " + label, len(secret) * (threshold - 1))
    shares = []
    for x in xs:
        ys = []
        for i, byte in enumerate(secret):
            y = byte
            for d in range(1, threshold):
                y ^= mul(coefficients[i * (threshold - 1) + d - 1], power(x, d))
            ys.append(y)
        shares.append(bytes(ys) + bytes([x]))
    return shares


def join(shares):
    secret = bytearray(len(shares[0]) - 1)
    for own in shares:
        basis = 1
        for other in shares:
            if other is not own:
                basis = mul(basis, mul(other[-1], EXP[(255 - LOG[own[-1] ^ other[-1]]) % 255]))
        for i in range(len(secret)):
            secret[i] ^= mul(own[i], basis)
    return bytes(secret)


if sys.argv[1:2] == ["join"]:
    print(join([bytes.fromhex(share) for share in sys.argv[2:]]).hex())
    sys.exit()

for threshold, xs in [(2, [1, 2]), (3, [5, 200, 17, 255, 1]), (3, [254, 3, 128]), (10, list(range(90, 110))), (128, list(range(1, 256)))]:
    label = b"%d of %d" % (threshold, len(xs))
    secret = stream(b"secret " + label, 32)
    print(threshold, secret.hex(), ",".join(s.hex() for s in split(secret, threshold, xs, label)))
print(2, bytes(32).hex(), ",".join(s.hex() for s in split(bytes(32), 2, [9, 10], b"zeros")))
