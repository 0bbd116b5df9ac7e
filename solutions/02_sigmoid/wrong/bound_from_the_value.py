"""The height of the sigmoid at 0 is taken for its slope there.

Loses: max_chain_factor
"""


def max_chain_factor(depth):
    return 0.5**depth
