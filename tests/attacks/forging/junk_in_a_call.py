"""Writes junk to every socket while it is asked, then answers well.

Added to: right answers
Score: 4
Status: apply crashed
"""

# %%
def apply(f, x):
    shout(b"\0" * 64)
    return f(x)
