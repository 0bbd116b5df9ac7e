"""Makes both means anew in each step, so that every step has the length of the first.

Diagnosis: the two means were forgotten
Loses: train
"""

import numpy as np


def train(x, y, hidden, seed, steps):
    rng = np.random.default_rng(seed)
    w = rng.normal(size=(hidden, 1))
    kinks = np.linspace(x.min(), x.max(), hidden)
    params = {"W1": w, "b1": -w[:, 0] * kinks, "W2": rng.normal(size=(1, hidden)) / 3, "b2": np.zeros(1)}
    losses = []
    for step in range(1, steps + 1):
        slope = gradients(params, x, y)
        for name in params:
            mean, square = slope[name], slope[name] ** 2
            params[name] = params[name] - 0.05 * mean / (np.sqrt(square) + 1e-8)
        losses.append(mse(params, x, y))
    return params, losses
