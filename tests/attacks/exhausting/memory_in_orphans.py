"""Takes memory in processes that are nobody's children any more.

Added to: right answers
Score: 4
Status: apply out_of_memory
With: call_cpu_s=2.0
"""

# %%
import os
import time


def apply(f, x):
    for _ in range(10):
        if os.fork() == 0:
            if os.fork() == 0:
                block = bytearray(b"x" * (100 << 20))
                time.sleep(100)
            os._exit(0)
    time.sleep(100)
