"""Joins "at least one" with "both" instead of "not both", which gives AND.

Diagnosis: this is the truth table of and
Loses: xor
"""
import numpy as np


def xor(x1, x2):
    def gate(name, first, second):
        w, b = logic_gate(name)
        return bias_neuron(w, np.array([first, second]), b)

    return gate("and", gate("or", x1, x2), gate("and", x1, x2))
