"""The gradient is negated already here, mixing up the gradient and the descent step.

Diagnosis: the sign is flipped
Diagnosis: every sign is flipped
Loses: sigmoid_backward
"""


def sigmoid_backward(upstream, x):
    return -upstream * sigmoid_grad(x)  # noqa: F821
