"""A plain number goes through the math module, whose exponential raises an error at 1000.

Loses: sigmoid, sigmoid_grad, sigmoid_backward
"""

import math

for_arrays = sigmoid, sigmoid_grad, sigmoid_backward


def sigmoid(x):
    return 1 / (1 + math.exp(-x)) if isinstance(x, float) else for_arrays[0](x)


def sigmoid_grad(x):
    return sigmoid(x) * (1 - sigmoid(x)) if isinstance(x, float) else for_arrays[1](x)


def sigmoid_backward(upstream, x):
    return upstream * sigmoid_grad(x) if isinstance(x, float) else for_arrays[2](upstream, x)
