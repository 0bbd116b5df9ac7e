"""Announces a large reply and never sends it.

Added to: right answers
Score: 4
Status: apply timed_out
"""

# %%
def apply(f, x):
    shout(frame(b"x")[:4] + b"\x00\x30\x00\x00\x00\x00\x00\x00")
    while True:
        pass
