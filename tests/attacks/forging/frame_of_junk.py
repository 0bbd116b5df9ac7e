"""Sends a frame that is well announced and holds no message.

Added to: wrong answers
Score: 0
"""

# %%
def double(x):
    shout(frame(b"\xc1" * 50))
    return 0
