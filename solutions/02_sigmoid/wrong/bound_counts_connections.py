"""The gaps between the layers are counted instead of the layers: one factor too few.

Diagnosis: one layer too few is counted
Loses: max_chain_factor
"""


def max_chain_factor(depth):
    return 0.25 ** (depth - 1)
