"""Folds a threshold: the weight of the constant input has the wrong sign.

Diagnosis: the sign of the bias is flipped
Diagnosis: this product is w·x − b
Loses: fold_bias
"""
import numpy as np


def fold_bias(w, b):
    return np.append(-b, w)
