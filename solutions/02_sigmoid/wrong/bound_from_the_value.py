"""The height of the sigmoid at 0 is taken for its slope there.

Diagnosis: 0.5 is the sigmoid at 0
Loses: max_chain_factor
"""


def max_chain_factor(depth):
    return 0.5**depth
