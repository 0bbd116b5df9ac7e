"""Prints the hidden inputs and then fails, hoping that a failure shows more than a success.

Added to: right answers
Score: 4
Hides: PRINTED-BY-MALLORY
"""

# %%
import faulthandler
import sys


def apply(f, x):
    print("PRINTED-BY-MALLORY", x)
    print("PRINTED-BY-MALLORY", x, file=sys.__stderr__, flush=True)
    faulthandler.dump_traceback(file=sys.__stderr__)
    return "no"
