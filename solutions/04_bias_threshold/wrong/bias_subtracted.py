"""Subtracts the bias, as one subtracts a threshold.

Diagnosis: this is the neuron with the threshold b
Diagnosis: every entry is 0
Loses: bias_neuron, xor
"""


def bias_neuron(w, x, b):
    return (x @ w - b >= 0) * 1.0
