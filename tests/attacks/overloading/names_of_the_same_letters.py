"""Defines 45,000 names made of the same letters, and misses one more.

Added to: right answers
Score: 2
Status: double crashed
With: call_cpu_s=3
With: cell_cpu_s=5
With: submission_cpu_s=40
With: memory_mb=1024
"""

# %%
import random

letters = list("abcdefghij" * 8)


def shuffled():
    random.shuffle(letters)
    return "".join(letters)


globals().update(dict.fromkeys((shuffled() for _ in range(45_000)), 0))
wanted = shuffled()


def double(x):
    raise NameError(f"name '{wanted}' is not defined")
