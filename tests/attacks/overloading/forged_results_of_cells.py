"""Sends, for every cell, an error that is a map of a hundred thousand texts.

Added to: wrong answers
Score: 0
With: call_cpu_s=3
With: cell_cpu_s=5
With: submission_cpu_s=40
With: memory_mb=1024
"""

# %%
import msgpack

forged = frame(msgpack.packb(["ok", {str(k): "x" * 20 for k in range(100_000)}]))
codec.pack = lambda *a: forged
