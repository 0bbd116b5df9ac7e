"""Replaces the first input by the constant 1 in place, and loses a feature.

Diagnosis: none
Loses: add_bias_input
"""


def add_bias_input(X):
    X[..., 0] = 1.0
    return X
