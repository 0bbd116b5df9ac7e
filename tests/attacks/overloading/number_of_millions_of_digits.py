"""Answers with one whole number of 30 million bits.

Added to: right answers
Score: 2
Says: larger than an answer can be
With: call_cpu_s=3
With: cell_cpu_s=5
With: submission_cpu_s=40
With: memory_mb=1024
"""

# %%
answer = 1 << 30_000_000


def double(x):
    return answer
