"""Adds up the products of the whole batch, and gives one answer for all of it.

Diagnosis: one number was returned for all entries
Diagnosis: an axis of length 1 is missing
Loses: bias_neuron
"""
import numpy as np


def bias_neuron(w, x, b):
    return 1.0 if np.sum(x * w) + b >= 0 else 0.0
