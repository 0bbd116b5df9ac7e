"""Appends the constant input at the end.

Diagnosis: the constant input is at the end
Loses: add_bias_input
"""
import numpy as np


def add_bias_input(X):
    return np.concatenate([X, np.ones(X.shape[:-1] + (1,))], axis=-1)
