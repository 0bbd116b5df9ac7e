"""Answers with a map whose keys differ only in bits that a table of hashes looks at last.

Added to: right answers
Score: 2
Says: larger than an answer can be
With: call_cpu_s=3
With: cell_cpu_s=5
With: submission_cpu_s=40
With: memory_mb=1024
"""

# %%
answer = dict.fromkeys((k << 40 for k in range(100_000)), 0)


def double(x):
    return answer
