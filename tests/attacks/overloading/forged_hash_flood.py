"""Sends a map of 100,000 keys that all have one hash.

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

P = (1 << 61) - 1
packer = msgpack.Packer(autoreset=False)
packer.pack_array_header(2)
packer.pack("ok")
packer.pack_map_header(100_000)
for k in range(100_000):
    packer.pack(msgpack.ExtType(6, ((k + 16) * P).to_bytes(11, "big", signed=True)))
    packer.pack(0)
forged = frame(packer.bytes())


def double(x):
    instead(forged)
