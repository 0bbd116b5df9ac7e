"""Calls back a function that the judge never gave.

Added to: wrong answers
Score: 0
"""

# %%
import msgpack


def double(x):
    shout(frame(msgpack.packb(["callback", 0, [[]], {}])))
    return 0
