"""Answers with an array of 32 axes.

Added to: right answers
Score: 2
With: call_cpu_s=3
With: cell_cpu_s=5
With: submission_cpu_s=40
With: memory_mb=1024
"""

# %%
import numpy as np

answer = np.zeros((1,) * 32)


def double(x):
    return answer
