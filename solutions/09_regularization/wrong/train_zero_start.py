"""Starts with all weights at zero, so that only the output bias ever learns.

Loses: train
"""

import numpy as np


def train(X, y, hidden, lam, seed, steps):
    rng = np.random.default_rng(seed)
    params = {
        "W1": np.zeros((hidden, X.shape[1])),
        "b1": np.zeros(hidden),
        "W2": np.zeros((2, hidden)),
        "b2": np.zeros(2),
    }
    for _ in range(steps):
        slopes = total_gradients(params, X, y, lam)
        params = {name: params[name] - 0.4 * slopes[name] for name in params}
    return params
