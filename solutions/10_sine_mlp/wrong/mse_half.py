"""Uses the half mean of squares, whose derivative is prettier.

Loses: mse
"""

import numpy as np


def mse(params, x, y):
    return 0.5 * np.mean((predict(params, x) - y) ** 2)
