"""Takes memory in the background while every call is answered quickly.

Added to: right answers
Status: double out_of_memory
Score: 2
With: call_cpu_s=4
With: submission_cpu_s=10
"""

# %%
import os
import time

COUNT = 0


def double(x):
    global COUNT
    COUNT += 1
    if COUNT == 1:
        for _ in range(10):
            if os.fork() == 0:
                block = bytearray(b"x" * (100 << 20))
                time.sleep(100)
    time.sleep(0.2)
    return 2 * x
