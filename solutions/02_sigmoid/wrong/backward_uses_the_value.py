"""The upstream gradient is multiplied by the output of the node instead of its local derivative.

Diagnosis: the sigmoid was used where its derivative belongs
Loses: sigmoid_backward
"""


def sigmoid_backward(upstream, x):
    return upstream * sigmoid(x)  # noqa: F821
