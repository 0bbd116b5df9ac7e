"""Answers with a long text among short ones, of which NumPy would make 8 GB.

Added to: right answers
Score: 2
Says: larger than an answer can be
With: call_cpu_s=3
With: cell_cpu_s=5
With: submission_cpu_s=40
With: memory_mb=1024
"""

# %%
answer = ["a" * 100_000] + ["b"] * 20_000


def double(x):
    return answer
