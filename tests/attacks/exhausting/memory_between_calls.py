"""Takes memory in the background, in other processes than the one that answers.

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
        full, tell = os.pipe()
        for _ in range(10):
            if os.fork() == 0:
                block = bytearray(b"x" * (100 << 20))
                os.write(tell, b"x")
                time.sleep(100)
        os.close(tell)
        for _ in range(10):  # however busy the machine is, the memory is taken before a call is answered
            os.read(full, 1)
        time.sleep(1)
    return 2 * x
