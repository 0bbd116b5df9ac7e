"""Takes memory in many processes, each of them within its own limit.

Added to: right answers
Score: 4
Status: apply out_of_memory
With: call_cpu_s=4
With: submission_cpu_s=10
"""

# %%
import os
import time


def apply(f, x):
    for _ in range(10):
        if os.fork() == 0:
            block = bytearray(b"x" * (100 << 20))
            time.sleep(100)
    time.sleep(100)
