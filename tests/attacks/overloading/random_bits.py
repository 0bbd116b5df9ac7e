"""Answers with bits of any kind: NaN with messages in them, infinities, denormals.

Added to: right answers
Score: 2
Says: wrong shape
With: call_cpu_s=3
With: cell_cpu_s=5
With: submission_cpu_s=40
With: memory_mb=1024
"""

# %%
import numpy as np

answer = np.frombuffer(np.random.bytes(1 << 24), dtype=np.float64)


def double(x):
    return answer
