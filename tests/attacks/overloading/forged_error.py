"""Sends an error whose kinds, message and steps are lists without end.

Added to: right answers
Score: 2
Status: double crashed
With: call_cpu_s=3
With: cell_cpu_s=5
With: submission_cpu_s=40
With: memory_mb=1024
"""

# %%
import msgpack

deep = [["x" * 60_000] * 10]
forged = frame(msgpack.packb(["error", {"kinds": [deep] * 5, "message": deep, "traceback": [deep], "line": 1 << 60, "cell": -1}]))


def double(x):
    instead(forged)
