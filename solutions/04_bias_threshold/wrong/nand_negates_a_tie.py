"""Negates an AND that fires exactly at its tie: the tie fires in both, so NAND(1, 1) is 1.

Diagnosis: this is the truth table of the plain or
Loses: logic_gate, xor
"""
import numpy as np


def logic_gate(name):
    gates = {"and": ([1.0, 1.0], -2.0), "or": ([1.0, 1.0], -1.0), "nand": ([-1.0, -1.0], 2.0), "not": ([-1.0], 0.5)}
    if name not in gates:
        raise ValueError(name)
    return np.array(gates[name][0]), gates[name][1]
