"""Calls the judge's function with a hundred thousand arguments.

Added to: right answers
Score: 4
Says: expected numbers
With: call_cpu_s=3
With: cell_cpu_s=5
With: submission_cpu_s=40
With: memory_mb=1024
"""

# %%
def apply(f, x):
    try:
        f(*range(100_000), **{f"n{n}": n for n in range(100_000)})
    except RuntimeError as error:
        return str(error)
