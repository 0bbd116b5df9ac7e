"""Sends open descriptors along with its answers, to use up the judge's.

Added to: wrong answers
Score: 0
"""

# %%
import array
import os
import socket

null = os.open("/dev/null", os.O_RDONLY)
for fd in sockets():
    line = socket.socket(fileno=os.dup(fd))
    for _ in range(20):
        fds = array.array("i", [null] * 100)
        try:
            line.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)])
        except OSError:
            pass
