"""Compares the weighted sum with the bias instead of adding it.

Loses: bias_neuron, xor
"""


def bias_neuron(w, x, b):
    return (x @ w >= b) * 1.0
