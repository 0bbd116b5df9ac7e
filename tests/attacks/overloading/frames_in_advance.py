"""Sends a hundred thousand frames that nobody has asked for.

Added to: wrong answers
Score: 0
With: call_cpu_s=3
With: cell_cpu_s=5
With: submission_cpu_s=40
With: memory_mb=1024
"""

# %%
def double(x):
    try:
        shout(frame(b"\xc0") * 100_000)
    except OSError:
        pass
    return 2 * x
