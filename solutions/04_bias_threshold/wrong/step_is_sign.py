"""Confuses the step with the sign function: answers -1, 0 and 1.

Loses: step, bias_neuron, xor
"""
import numpy as np


def step(z):
    return np.sign(z)
