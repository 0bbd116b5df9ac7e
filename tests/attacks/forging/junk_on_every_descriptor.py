"""Writes junk to every socket before it is asked anything.

Added to: wrong answers
Score: 0
"""

# %%
shout(b"junk" * 100)
