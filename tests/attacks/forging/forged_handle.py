"""Replies with a handle to an object that it never had.

Added to: wrong answers
Score: 0
"""

# %%
import msgpack


def double(x):
    shout(frame(msgpack.packb(["ok", [msgpack.ExtType(4, msgpack.packb([9, "float"])), None]])))
    return 0
