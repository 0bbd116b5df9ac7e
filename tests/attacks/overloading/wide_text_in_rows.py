"""Answers with rows of text, one of them long.

Added to: right answers
Score: 2
Says: expected numbers
With: call_cpu_s=3
With: cell_cpu_s=5
With: submission_cpu_s=40
With: memory_mb=1024
"""

# %%
answer = [["a" * 60_000]] + [["b"]] * 150_000


def double(x):
    return answer
