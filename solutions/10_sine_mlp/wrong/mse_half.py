"""Uses the half mean of squares, whose derivative is prettier.

Diagnosis: this is half of it
Loses: mse
"""

import numpy as np


def mse(params, x, y):
    return 0.5 * np.mean((predict(params, x) - y) ** 2)
