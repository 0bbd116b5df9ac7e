"""Changes the judge's input so that it looks like its own answer.

Added to: right answers
Score: 4
Status: double failed
"""

# %%
def double(x):
    x *= 2
    return x
