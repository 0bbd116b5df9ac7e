"""Multiplies w @ x, which takes the columns of a batch for its vectors.

Loses: bias_neuron
"""
import numpy as np


def bias_neuron(w, x, b):
    return np.where(w @ x + b >= 0, 1.0, 0.0)
