"""Adds the threshold as if it were a bias.

Diagnosis: the threshold is added to the weighted sum
Loses: threshold_neuron
"""


def threshold_neuron(w, x, h):
    return (x @ w + h >= 0) * 1.0
