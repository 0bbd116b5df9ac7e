"""Inverts a gate by negating its weights only; the bias stays.

Diagnosis: every entry is 0
Loses: logic_gate, xor
"""
import numpy as np


def logic_gate(name):
    gates = {"and": ([1.0, 1.0], -1.5), "or": ([1.0, 1.0], -0.5), "nand": ([-1.0, -1.0], -1.5), "not": ([-1.0], 0.5)}
    if name not in gates:
        raise ValueError(name)
    return np.array(gates[name][0]), gates[name][1]
