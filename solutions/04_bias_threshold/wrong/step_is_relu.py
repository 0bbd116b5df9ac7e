"""Lets the strength of the sum through: the ReLU instead of the step.

Diagnosis: every entry is 0
Loses: step, bias_neuron, xor
"""
import numpy as np


def step(z):
    return np.maximum(z, 0.0)
