"""The running product starts with the first layer, which an empty chain does not have.

Diagnosis: the array has no entries here
Loses: chain_factor
"""


def chain_factor(z):
    slopes = sigmoid_grad(z)  # noqa: F821
    product = slopes[0]
    for slope in slopes[1:]:
        product = product * slope
    return product
