"""Reshaping is taken for transposing: the shape is right and the numbers are not.

Diagnosis: the numbers were poured into the new shape in reading order
Diagnosis: this is still the layout that was handed in
Loses: to_denominator_layout
"""

# %%
def to_denominator_layout(J):
    return J.reshape(J.shape[1], J.shape[0])
