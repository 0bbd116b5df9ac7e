"""Applies the ReLU to the output as well, which can then never be negative.

Diagnosis: there is a ReLU on the output
Diagnosis: where a negative number is right
Loses: predict, mse, train
"""

import numpy as np


def predict(params, x):
    hidden = np.maximum(0, x @ params["W1"].T + params["b1"])
    return np.maximum(0, hidden @ params["W2"].T + params["b2"])
