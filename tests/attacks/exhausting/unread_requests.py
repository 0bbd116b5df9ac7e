"""Never reads what the judge sends, so that the line fills up.

Added to: right answers
Score: 4
Pace: slow
"""

# %%
import time


def apply(f, x):
    shout(frame(b"\x94\xa8callback\x00\x91\x01\x80") * 100_000)
    time.sleep(100)
