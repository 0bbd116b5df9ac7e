"""The derivative is taken to be the sigmoid itself, as if it were an exponential.

Diagnosis: this is the sigmoid itself
Diagnosis: the sigmoid was used where its derivative belongs
Diagnosis: this is the product of the sigmoids
Loses: sigmoid_grad, sigmoid_backward, chain_factor
"""


def sigmoid_grad(x):
    return sigmoid(x)  # noqa: F821
