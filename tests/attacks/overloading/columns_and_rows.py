"""Answers with a column and a row, whose sum would be a table of 16 TB.

Added to: right answers
Score: 2
Says: expected numbers
With: call_cpu_s=3
With: cell_cpu_s=5
With: submission_cpu_s=40
With: memory_mb=1024
"""

# %%
import numpy as np

answer = [np.zeros((1 << 22, 1), np.uint8), np.zeros((1, 1 << 22), np.uint8)]


def double(x):
    return answer
