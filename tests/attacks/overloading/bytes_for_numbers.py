"""Answers with bytes, long and short.

Added to: right answers
Score: 2
Says: expected numbers
With: call_cpu_s=3
With: cell_cpu_s=5
With: submission_cpu_s=40
With: memory_mb=1024
"""

# %%
answer = [b"a" * 60_000] + [b"b"] * 300_000


def double(x):
    return answer
