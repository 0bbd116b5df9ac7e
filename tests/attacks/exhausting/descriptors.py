"""Opens files, pipes and sockets without end, and then answers.

Added to: right answers
Score: full
"""

# %%
import os
import socket

kept = []
for make in (os.pipe, socket.socketpair, lambda: os.open("/dev/null", os.O_RDONLY)):
    try:
        while len(kept) < 100_000:
            kept.append(make())
    except OSError:
        pass
assert len(kept) < 1000
