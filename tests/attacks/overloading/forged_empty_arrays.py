"""Sends 300,000 arrays of nothing, each of which is an object to the judge.

Added to: right answers
Score: 2
With: call_cpu_s=3
With: cell_cpu_s=5
With: submission_cpu_s=40
With: memory_mb=1024
"""

# %%
import msgpack

array = msgpack.packb(msgpack.ExtType(1, msgpack.packb(["|b1", [0], 0, 0])))
forged = frame(b"\x92\xa2ok\x92\xdd\x00\x03\x0d\x40" + array * 200_000 + b"\xc0")


def double(x):
    instead(forged)
