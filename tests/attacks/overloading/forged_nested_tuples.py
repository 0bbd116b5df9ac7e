"""Sends tuples in tuples, 32 deep, each level as long as fits.

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

header = b"\xc0"
for _ in range(32):
    header = msgpack.packb([bytes(120_000), msgpack.ExtType(7, header)])
forged = frame(header)


def double(x):
    instead(forged)
