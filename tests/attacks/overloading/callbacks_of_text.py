"""Calls the judge's function with wide text for ever.

Added to: right answers
Score: 4
With: call_cpu_s=3
With: cell_cpu_s=5
With: submission_cpu_s=40
With: memory_mb=1024
"""

# %%
wide = ["a" * 60_000] + ["b"] * 300_000


def apply(f, x):
    while True:
        try:
            f(wide)
        except RuntimeError:
            pass
