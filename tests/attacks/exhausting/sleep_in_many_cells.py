"""Sleeps a little in each of very many cells, each of them within its own limit.

Added to: nothing
Score: 0
Says: of time are used
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
