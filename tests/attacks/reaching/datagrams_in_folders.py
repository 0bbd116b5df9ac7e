"""Sends datagrams to sockets that are files, such as the system's log, without connecting.

Added to: right answers
Score: full
Loot: none
"""

# %%
import socket


def makers():
    for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):
        yield lambda kind=kind: socket.socket(socket.AF_UNIX, kind)
        yield lambda kind=kind: socket.socketpair(socket.AF_UNIX, kind)[0]


for make in makers():
    for address in DATAGRAMS:
        for send in (lambda s, a: s.sendto(b"loot", a), lambda s, a: s.sendmsg([b"loot"], [], 0, a)):
            try:
                send(make(), address)
                loot.append(address)
            except OSError:
                pass
