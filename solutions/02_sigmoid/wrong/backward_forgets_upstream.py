"""The local derivative is returned as if the upstream gradient were always one.

Diagnosis: the upstream gradient is missing
Loses: sigmoid_backward
"""


def sigmoid_backward(upstream, x):
    return sigmoid_grad(x)  # noqa: F821
