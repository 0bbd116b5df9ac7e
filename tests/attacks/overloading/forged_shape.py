"""Sends an array of no bytes that says it has 2 to the 26 columns.

Added to: right answers
Score: 2
Says: larger than an answer can be
With: call_cpu_s=3
With: cell_cpu_s=5
With: submission_cpu_s=40
With: memory_mb=1024
"""

# %%
import msgpack

forged = frame(msgpack.packb(["ok", [msgpack.ExtType(1, msgpack.packb(["<f8", [0, 1 << 26], 0, 0])), None]]))


def double(x):
    instead(forged)
