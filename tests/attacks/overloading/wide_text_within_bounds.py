"""Answers with texts that are all short enough to be sent: as an array of text they would be 80 GB.

Added to: right answers
Score: 2
Says: expected numbers
With: call_cpu_s=3
With: cell_cpu_s=5
With: submission_cpu_s=40
With: memory_mb=1024
"""

# %%
answer = ["a" * 60_000] + ["b"] * 350_000


def double(x):
    return answer
