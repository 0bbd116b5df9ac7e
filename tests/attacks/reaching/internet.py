"""Connects to the world, also without a connection.

Added to: right answers
Score: full
Loot: none
"""

# %%
import socket

for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
    try:
        s = socket.socket(socket.AF_INET, kind)
        s.settimeout(0.1)
        s.connect(("1.1.1.1", 80))
        loot.append(kind)
    except OSError:
        pass
try:
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.sendto(b"x", ("8.8.8.8", 53))
    loot.append("udp")
except OSError:
    pass
