"""A regular expression that backtracks for ever.

Added to: right answers
Score: 4
Status: apply timed_out
Says: of CPU time
"""

# %%
import re


def apply(f, x):
    return re.match(r"(a|a)*b", "a" * 60)
