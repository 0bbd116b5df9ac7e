"""Answers with halves of letters, which no encoding has.

Added to: right answers
Score: 2
Says: expected numbers
With: call_cpu_s=3
With: cell_cpu_s=5
With: submission_cpu_s=40
With: memory_mb=1024
"""

# %%
answer = ["\ud800" * 15_000] * 20


def double(x):
    return answer
