"""Sends fifty replies before they are asked for.

Added to: wrong answers
Score: 0
"""

# %%
import msgpack

shout(frame(msgpack.packb(["ok", None])) + frame(msgpack.packb(["ok", [True, None]])) * 50)
