"""Compares every product w_i x_i with the threshold, and forgets the sum.

Diagnosis: there is an axis too many
Diagnosis: over axis 1
Loses: threshold_neuron
"""


def threshold_neuron(w, x, h):
    return (x * w >= h) * 1.0
