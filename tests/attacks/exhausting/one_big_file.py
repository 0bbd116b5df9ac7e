"""Writes one file without end.

Added to: right answers
Score: full
"""

# %%
import os
import signal

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
total = 0
try:
    with open(os.environ["HOME"] + "/by-mallory", "wb", buffering=0) as stream:
        while total < 1 << 30:
            total += stream.write(bytes(1 << 20))
except OSError:
    pass
assert total <= 64 << 20
