"""Thinks of batches only: a single vector is turned into a batch of one.

Diagnosis: there is an extra axis of length 1
Loses: add_bias_input
"""
import numpy as np


def add_bias_input(X):
    X = np.atleast_2d(X)
    return np.hstack([np.ones((len(X), 1)), X])
