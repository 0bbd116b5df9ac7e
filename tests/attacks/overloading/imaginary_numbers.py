"""Answers with millions of imaginary numbers.

Added to: right answers
Score: 2
Says: complex
With: call_cpu_s=3
With: cell_cpu_s=5
With: submission_cpu_s=40
With: memory_mb=1024
"""

# %%
import numpy as np

answer = np.full(1 << 21, 1j)


def double(x):
    return answer
