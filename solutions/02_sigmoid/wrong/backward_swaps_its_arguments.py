"""The arguments are taken in the wrong order, so the derivative is evaluated at the upstream gradient.

Diagnosis: the two arguments are swapped
Loses: sigmoid_backward
"""


def sigmoid_backward(x, upstream):
    return upstream * sigmoid_grad(x)  # noqa: F821
