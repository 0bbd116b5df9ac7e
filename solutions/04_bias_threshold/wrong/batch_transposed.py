"""Multiplies w @ x, which takes the columns of a batch for its vectors.

Diagnosis: the shapes do not fit for a matrix product
Diagnosis: the columns of the batch were taken for the vectors
Loses: bias_neuron
"""
import numpy as np


def bias_neuron(w, x, b):
    return np.where(w @ x + b >= 0, 1.0, 0.0)
