"""The function is written for a single number, with an if, and is then given arrays.

Diagnosis: `if`, `and`, `or` and `max` want one truth va
Loses: sigmoid, sigmoid_grad, sigmoid_backward, chain_factor
"""

import math


def sigmoid(x):
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    return math.exp(x) / (1 + math.exp(x))
