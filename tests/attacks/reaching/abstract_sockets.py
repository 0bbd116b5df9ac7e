"""Connects to abstract sockets, which no file permission guards.

Added to: right answers
Score: full
Loot: none
"""

# %%
import socket

for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
    for address in ABSTRACT:
        try:
            s = socket.socket(socket.AF_UNIX, kind)
            s.settimeout(0.1)
            s.connect(address)
            loot.append((kind, address))
        except OSError:
            pass
        try:
            s = socket.socket(socket.AF_UNIX, kind)
            s.sendto(b"x", address)
            loot.append((kind, address, "sendto"))
        except OSError:
            pass
