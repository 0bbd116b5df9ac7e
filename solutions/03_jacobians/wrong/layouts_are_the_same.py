"""The two layouts are thought to differ in notation only.

Loses: to_denominator_layout
"""

# %%
def to_denominator_layout(J):
    return J.copy()
