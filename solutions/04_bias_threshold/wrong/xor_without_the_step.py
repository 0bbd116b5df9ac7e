"""Leaves out the non-linearity between the two layers, so that the whole is one affine map and a step.

Diagnosis: every entry is 0
Loses: xor
"""
import numpy as np


def xor(x1, x2):
    x = np.array([x1, x2], dtype=float)
    hidden = [x @ w + b for w, b in (logic_gate("or"), logic_gate("nand"))]
    w, b = logic_gate("and")
    return bias_neuron(w, np.array(hidden), b)
