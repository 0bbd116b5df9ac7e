"""Says that it defines 45,000 names of the same letters, where 2,000 are the most.

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


many, wanted = [shuffled() for _ in range(45_000)], shuffled()
inside("requests").Responder.do_names = lambda self: many


def double(x):
    raise NameError(f"name '{wanted}' is not defined")
