"""Answers with a tuple that holds a list of text and a number.

Added to: right answers
Score: 2
Says: expected numbers
With: call_cpu_s=3
With: cell_cpu_s=5
With: submission_cpu_s=40
With: memory_mb=1024
"""

# %%
answer = (["a" * 60_000] + ["b"] * 300_000, 1.0)


def double(x):
    return answer
