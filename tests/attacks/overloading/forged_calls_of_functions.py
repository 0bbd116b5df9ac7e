"""Sends calls of functions that the judge never gave it, as if it had.

Added to: right answers
Score: 2
With: call_cpu_s=3
With: cell_cpu_s=5
With: submission_cpu_s=40
With: memory_mb=1024
"""

# %%
import msgpack


def double(x):
    for number in (0, -1, 1 << 62, "a", None, [1]):
        instead(frame(msgpack.packb(["callback", number, ["a" * 60_000] * 60, {}])))
        return None
