"""Folds a threshold: the weight of the constant input has the wrong sign.

Loses: fold_bias
"""
import numpy as np


def fold_bias(w, b):
    return np.append(-b, w)
