"""Puts another socket in the place of the one that leads to the judge.

Added to: wrong answers
Score: 0
"""

# %%
import os
import socket

mine, theirs = socket.socketpair()
for fd in sockets():
    if fd not in (mine.fileno(), theirs.fileno()):
        os.dup2(theirs.fileno(), fd)
mine.sendall(frame(b"\xc0") * 100)
