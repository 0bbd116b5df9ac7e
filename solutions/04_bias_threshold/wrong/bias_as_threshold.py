"""Compares the weighted sum with the bias instead of adding it.

Diagnosis: this is the neuron with the threshold b
Loses: bias_neuron, xor
"""


def bias_neuron(w, x, b):
    return (x @ w >= b) * 1.0
