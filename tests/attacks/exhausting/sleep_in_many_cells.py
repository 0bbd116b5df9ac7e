"""Sleeps a little in each of very many cells, each of them within its own limit, before it answers.

Added to: nothing
Score: 0
Says: the time for cells is used
With: submission_cpu_s=0.3
"""

# %%
import time

# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
time.sleep(0.5)


# %%
def double(x):
    return 2 * x
