"""Takes the step to fire only above 0, so that the tie is 0 (the ReLU habit).

Diagnosis: at exactly 0 the neuron fires
Diagnosis: the tie must fire
Loses: step, bias_neuron
"""
import numpy as np


def step(z):
    return np.where(np.asarray(z) > 0, 1.0, 0.0)
