"""The two layouts are thought to differ in notation only.

Diagnosis: the axes are swapped
Diagnosis: this is still the layout that was handed in
Loses: to_denominator_layout
"""

# %%
def to_denominator_layout(J):
    return J.copy()
