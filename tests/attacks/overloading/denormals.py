"""Answers with millions of numbers so small that processors are slow with them.

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

answer = np.full(1 << 22, 5e-324)


def double(x):
    return answer
