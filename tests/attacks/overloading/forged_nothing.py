"""Sends four million times nothing.

Added to: right answers
Score: 2
Says: larger than an answer can be
With: call_cpu_s=3
With: cell_cpu_s=5
With: submission_cpu_s=40
With: memory_mb=1024
"""

# %%
forged = frame(b"\xdd\x00\x3f\xff\xf0" + b"\xc0" * 4_194_288)


def double(x):
    instead(forged)
