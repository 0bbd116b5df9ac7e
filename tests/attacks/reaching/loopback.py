"""Connects to a server of the machine's own.

Added to: right answers
Score: full
Loot: none
"""

# %%
import socket
import urllib.request

for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
    for host in ("127.0.0.1", "localhost", "0.0.0.0", "::1"):
        try:
            s = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, kind)
            s.settimeout(0.1)
            s.connect((host, PORT))
            s.send(b"x")
            loot.append((host, kind))
        except OSError:
            pass
try:
    loot.append(urllib.request.urlopen(f"http://127.0.0.1:{PORT}", timeout=0.1))
except OSError:
    pass
