"""Reshaping is taken for transposing: the shape is right and the numbers are not.

Loses: to_denominator_layout
"""

# %%
def to_denominator_layout(J):
    return J.reshape(J.shape[1], J.shape[0])
