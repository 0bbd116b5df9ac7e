"""Adds the threshold as if it were a bias.

Loses: threshold_neuron
"""


def threshold_neuron(w, x, h):
    return (x @ w + h >= 0) * 1.0
