"""Puts the bias behind the weights, while the constant input comes first.

Diagnosis: the bias is at the end
Loses: fold_bias
"""
import numpy as np


def fold_bias(w, b):
    return np.append(w, b)
