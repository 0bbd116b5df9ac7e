"""The identity is applied to x as if x were already the sigmoid's output.

Diagnosis: x was used as if it were already the output of the sigmoid
Loses: sigmoid_grad, sigmoid_backward, chain_factor
"""


def sigmoid_grad(x):
    return x * (1 - x)
