"""Thinks of one number only: an `if` on the whole array.

Diagnosis: `if`, `and`, `or` and `max` want one truth va
Diagnosis: an axis of length 1 is missing
Loses: step, bias_neuron
"""


def step(z):
    if z >= 0:
        return 1.0
    return 0.0
