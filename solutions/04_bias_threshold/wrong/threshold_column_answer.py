"""Turns the weights into a column, so that the answer for a batch is (N, 1) and for a vector (1,).

Loses: threshold_neuron
"""


def threshold_neuron(w, x, h):
    return (x @ w.reshape(-1, 1) >= h) * 1.0
