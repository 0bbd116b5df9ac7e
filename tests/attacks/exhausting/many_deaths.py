"""Ends the process in each of very many cells, so that the cells run again and again.

Added to: nothing
Score: 0
"""

# %%
import os

# %%
os._exit(1)


# %%
os._exit(1)


# %%
os._exit(1)


# %%
os._exit(1)


# %%
os._exit(1)


# %%
os._exit(1)


# %%
os._exit(1)


# %%
os._exit(1)


# %%
os._exit(1)


# %%
os._exit(1)


# %%
os._exit(1)


# %%
os._exit(1)


# %%
os._exit(1)


# %%
os._exit(1)


# %%
os._exit(1)


# %%
os._exit(1)


# %%
os._exit(1)


# %%
os._exit(1)


# %%
os._exit(1)


# %%
os._exit(1)


# %%
os._exit(1)


# %%
os._exit(1)


# %%
os._exit(1)


# %%
os._exit(1)


# %%
os._exit(1)


# %%
os._exit(1)


# %%
os._exit(1)


# %%
os._exit(1)


# %%
os._exit(1)


# %%
os._exit(1)
