"""Adds the bias to each product before the sum, so that it counts D times.

Diagnosis: every entry is 0
Loses: bias_neuron, xor
"""


def bias_neuron(w, x, b):
    return ((x * w + b).sum(axis=-1) >= 0) * 1.0
