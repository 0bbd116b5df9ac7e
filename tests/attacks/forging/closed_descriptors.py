"""Closes every descriptor it has.

Added to: wrong answers
Score: 0
"""

# %%
import os

os.closerange(0, 1000)
