"""Answers with tuples in tuples, each with a long text, which are copied once for each level.

Added to: right answers
Score: 2
Says: expected numbers
With: call_cpu_s=3
With: cell_cpu_s=5
With: submission_cpu_s=40
With: memory_mb=1024
"""

# %%
answer = ()
for _ in range(30):
    answer = (answer, "a" * 60_000)


def double(x):
    return answer
