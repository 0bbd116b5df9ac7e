"""Answers with whole numbers that are too large for a float, and almost too large to be written.

Added to: right answers
Score: 2
Says: expected numbers
With: call_cpu_s=3
With: cell_cpu_s=5
With: submission_cpu_s=40
With: memory_mb=1024
"""

# %%
answer = [1 << 13_000] * 2_000


def double(x):
    return answer
