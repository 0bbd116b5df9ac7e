"""Asks the weighted sum to exceed the threshold, so that the tie does not fire.

Diagnosis: the tie must fire
Loses: threshold_neuron
"""
import numpy as np


def threshold_neuron(w, x, h):
    return np.where(x @ w > h, 1.0, 0.0)
