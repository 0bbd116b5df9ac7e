"""The derivative is taken to be the sigmoid itself, as if it were an exponential.

Loses: sigmoid_grad, sigmoid_backward, chain_factor
"""


def sigmoid_grad(x):
    return sigmoid(x)  # noqa: F821
