"""Raises an exception whose message steers terminals and hides text.

Added to: right answers
Score: 2
Status: double crashed
With: call_cpu_s=3
With: cell_cpu_s=5
With: submission_cpu_s=40
With: memory_mb=1024
"""

# %%
def double(x):
    raise ValueError("\x1b]0;" * 2_000 + "\x9d" * 2_000 + "\u202e" * 2_000)
