"""Answers with lists in lists, deeper than anything that is sent.

Added to: right answers
Score: 2
With: call_cpu_s=3
With: cell_cpu_s=5
With: submission_cpu_s=40
With: memory_mb=1024
"""

# %%
answer = []
for _ in range(5_000):
    answer = [answer]


def double(x):
    return answer
