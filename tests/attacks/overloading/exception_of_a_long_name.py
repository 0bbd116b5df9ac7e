"""Raises an exception whose class has a name and bases without end.

Added to: right answers
Score: 2
Status: double crashed
With: call_cpu_s=3
With: cell_cpu_s=5
With: submission_cpu_s=40
With: memory_mb=1024
"""

# %%
kind = type("E" * 1_000_000, (Exception,), {})
for _ in range(80):
    kind = type("E" * 100_000, (kind,), {})


def double(x):
    raise kind("x" * 10_000_000)
