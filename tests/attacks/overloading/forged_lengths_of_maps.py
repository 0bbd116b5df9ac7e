"""Says of each of half a million maps that it has 400,000 items.

Added to: right answers
Score: 2
Says: cannot be read
With: call_cpu_s=3
With: cell_cpu_s=5
With: submission_cpu_s=40
With: memory_mb=1024
"""

# %%
forged = frame(b"\xdf\x00\x06\x1a\x80\xc0" * 600_000)


def double(x):
    instead(forged)
