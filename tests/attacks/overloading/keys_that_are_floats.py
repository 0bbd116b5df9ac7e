"""Answers with a map whose keys are powers of two times a number.

Added to: right answers
Score: 2
Says: larger than an answer can be
With: call_cpu_s=3
With: cell_cpu_s=5
With: submission_cpu_s=40
With: memory_mb=1024
"""

# %%
answer = dict.fromkeys((float(k) * 2.0**900 for k in range(100_000)), 0)


def double(x):
    return answer
