"""Ignores every signal and every exception in a loop without end.

Added to: right answers
Score: 4
Status: apply timed_out
"""

# %%
import signal

for n in range(1, 65):
    try:
        signal.signal(n, signal.SIG_IGN)
    except (OSError, ValueError):
        pass


def apply(f, x):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
