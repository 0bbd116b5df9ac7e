"""Answers with something else, and more of it, each time.

Added to: right answers
Score: 2
Says: expected numbers
With: call_cpu_s=3
With: cell_cpu_s=5
With: submission_cpu_s=40
With: memory_mb=1024
"""

# %%
answer = []


def double(x):
    answer.extend(map(str, range(50_000)))
    return answer
