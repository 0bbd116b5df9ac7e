"""Runs over the end of the stack in C, where no exception is raised.

Added to: right answers
Score: 4
Status: apply crashed
"""

# %%
import ctypes


def apply(f, x):
    ctypes.string_at(8)
