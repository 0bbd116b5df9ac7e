"""Makes sockets of every family that is not a local one.

Added to: right answers
Score: full
Loot: none
"""

# %%
import socket

for family in {2, 10, 16, 17, 21, 29, 31, 38, 40, 44}:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
        try:
            loot.append(str(socket.socket(family, kind)))
        except OSError:
            pass
try:
    loot.append(socket.socketpair(socket.AF_INET))
except (OSError, ValueError):
    pass
