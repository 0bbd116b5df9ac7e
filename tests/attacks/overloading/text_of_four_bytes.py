"""Answers with text of one letter that needs four bytes, and a million that need one.

Added to: right answers
Score: 2
Says: larger than an answer can be
With: call_cpu_s=3
With: cell_cpu_s=5
With: submission_cpu_s=40
With: memory_mb=1024
"""

# %%
answer = "a" * 1_000_000 + "\U0001f600"


def double(x):
    return answer
