"""Answers with numbers written as text of thousands of digits.

Added to: right answers
Score: 2
Says: expected numbers
With: call_cpu_s=3
With: cell_cpu_s=5
With: submission_cpu_s=40
With: memory_mb=1024
"""

# %%
answer = ["9" * 4_000] * 900


def double(x):
    return answer
