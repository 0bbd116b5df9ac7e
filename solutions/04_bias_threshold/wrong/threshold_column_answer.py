"""Turns the weights into a column, so that the answer for a batch is (N, 1) and for a vector (1,).

Diagnosis: there is an extra axis of length 1
Diagnosis: this is an array with one entry
Loses: threshold_neuron
"""


def threshold_neuron(w, x, h):
    return (x @ w.reshape(-1, 1) >= h) * 1.0
