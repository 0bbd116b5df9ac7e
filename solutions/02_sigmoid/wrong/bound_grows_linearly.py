"""Each layer is thought to contribute a quarter that is added to the others.

Diagnosis: the factors of the layers are added
Loses: max_chain_factor
"""


def max_chain_factor(depth):
    return 0.25 * depth
