"""Ends the list of gates with an `else`, so that any other name is taken for "not".

Loses: logic_gate
"""
import numpy as np


def logic_gate(name):
    if name == "and":
        return np.array([1.0, 1.0]), -1.5
    elif name == "or":
        return np.array([1.0, 1.0]), -0.5
    elif name == "nand":
        return np.array([-1.0, -1.0]), 1.5
    else:
        return np.array([-1.0]), 0.5
