"""A loop without end in a cell, before and after the honest ones.

Added to: right answers
Score: full
"""

# %%
while True:
    pass
