"""Subtracts the bias, as one subtracts a threshold.

Loses: bias_neuron, xor
"""


def bias_neuron(w, x, b):
    return (x @ w - b >= 0) * 1.0
