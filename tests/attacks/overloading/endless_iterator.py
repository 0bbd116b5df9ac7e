"""Answers with an iterator that never ends.

Added to: right answers
Score: 2
With: call_cpu_s=3
With: cell_cpu_s=5
With: submission_cpu_s=40
With: memory_mb=1024
"""

# %%
import itertools


def double(x):
    return itertools.repeat(1.0)
