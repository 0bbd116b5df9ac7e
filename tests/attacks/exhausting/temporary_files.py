"""Fills its home, `/tmp` and `/dev/shm` with files, each of them within its own limit.

Added to: right answers
Score: 4
"""

# %%
import os


def apply(f, x):
    for place in {os.environ["HOME"], "/tmp", "/dev/shm"}:
        for number in range(64):
            try:
                with open(f"{place}/{number}-by-mallory", "wb", buffering=0) as stream:
                    for _ in range(8):
                        stream.write(bytes(1 << 20))
            except OSError:
                pass
    while True:
        pass
