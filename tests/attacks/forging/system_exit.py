"""Leaves by `sys.exit(0)`, as if all were well.

Added to: wrong answers
Score: 0
"""

# %%
import sys

sys.exit(0)
