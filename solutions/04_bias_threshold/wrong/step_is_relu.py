"""Lets the strength of the sum through: the ReLU instead of the step.

Loses: step, bias_neuron, xor
"""
import numpy as np


def step(z):
    return np.maximum(z, 0.0)
