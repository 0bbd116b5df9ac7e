"""Believes that one neuron is enough, and gets the plain or.

Diagnosis: this is the truth table of the plain or
Loses: xor
"""
import numpy as np


def xor(x1, x2):
    return bias_neuron(np.array([1.0, 1.0]), np.array([x1, x2]), -0.5)
