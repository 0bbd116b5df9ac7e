"""Answers with rows of no, one and two numbers.

Added to: right answers
Score: 2
Says: expected numbers
With: call_cpu_s=3
With: cell_cpu_s=5
With: submission_cpu_s=40
With: memory_mb=1024
"""

# %%
answer = [[1.0] * (n % 3) for n in range(150_000)]


def double(x):
    return answer
