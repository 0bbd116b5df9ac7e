"""The derivative of tanh, one minus the square of the output, is used for the sigmoid.

Diagnosis: this is the rule for tanh
Loses: sigmoid_grad, sigmoid_backward, chain_factor
"""


def sigmoid_grad(x):
    return 1 - sigmoid(x) ** 2  # noqa: F821
