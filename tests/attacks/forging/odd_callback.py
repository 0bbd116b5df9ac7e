"""Calls back with a number, arguments and keywords of the wrong kinds.

Added to: wrong answers
Score: 0
"""

# %%
import msgpack


def apply(f, x):
    shout(frame(msgpack.packb(["callback", "x", 5, "y"])))
    shout(frame(msgpack.packb(["callback", -1, [msgpack.ExtType(5, b"\x91\x00"), {}], {"self": 1}])))
    return 0
