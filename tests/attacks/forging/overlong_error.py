"""Replies with an error of many megabytes and the wrong kinds.

Added to: wrong answers
Score: 0
"""

# %%
import msgpack


def double(x):
    parts = {"kinds": "x" * 90000, "message": ["y"] * 90000, "cell": [1], "traceback": [[]] * 9000}
    shout(frame(msgpack.packb(["error", parts])))
    return 0
