"""Thinks of one number only: an `if` on the whole array.

Loses: step, bias_neuron
"""


def step(z):
    if z >= 0:
        return 1.0
    return 0.0
