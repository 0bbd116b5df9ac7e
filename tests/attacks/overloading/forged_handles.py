"""Sends half a million handles of objects that do not exist.

Added to: right answers
Score: 2
Says: larger than an answer can be
With: call_cpu_s=3
With: cell_cpu_s=5
With: submission_cpu_s=40
With: memory_mb=1024
"""

# %%
forged = frame(b"\x92\xa2ok\xdd\x00\x06\x00\x00" + b"\xc7\x03\x03\x92\x01\xa0" * 393_216)


def double(x):
    instead(forged)
