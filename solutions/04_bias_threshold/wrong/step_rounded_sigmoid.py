"""Rounds a sigmoid, which is 0.5 at the tie and rounds to the even number 0.

Diagnosis: at exactly 0 the neuron fires
Diagnosis: the tie must fire
Loses: step, bias_neuron
"""
import numpy as np


def step(z):
    return np.round(1 / (1 + np.exp(-np.asarray(z))))
