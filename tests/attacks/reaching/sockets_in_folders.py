"""Connects to sockets that are files: the fork server's own, the system's services.

Added to: right answers
Score: full
Loot: none
"""

# %%
import socket

for address in STREAMS:
    for kind in (socket.SOCK_STREAM, socket.SOCK_SEQPACKET):
        try:
            s = socket.socket(socket.AF_UNIX, kind)
            s.settimeout(0.1)
            s.connect(address)
            loot.append((kind, address))
        except OSError:
            pass
