"""A collector of audit lines: KIND ADDRESS FILE. Appends to FILE what arrives; reads nothing while FILE.hang exists.

KIND is tcp (ADDRESS a port of 127.0.0.1) or dgram (ADDRESS a path). Runs until it is killed.
"""

import os
import socket
import sys
import time

KIND, ADDRESS, FILE = sys.argv[1:4]


def hangs():
    while os.path.exists(FILE + ".hang"):
        time.sleep(0.05)


def keep(data):
    with open(FILE, "ab") as out:
        out.write(data)


if KIND == "dgram":
    collector = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    collector.bind(ADDRESS)
    while True:
        hangs()
        keep(collector.recv(1 << 20) + b"\n")
else:
    collector = socket.create_server(("127.0.0.1", int(ADDRESS)))
    while True:
        connection, _ = collector.accept()
        connection.settimeout(0.2)
        while True:
            hangs()
            try:
                data = connection.recv(1 << 16)
            except TimeoutError:
                continue
            except OSError:
                break
            if not data:
                break
            keep(data)
