"""Starts all units equal: they get equal gradients and stay one unit for ever.

Loses: train
"""

import numpy as np


def train(x, y, hidden, seed, steps):
    rng = np.random.default_rng(seed)
    params = {
        "W1": np.full((hidden, 1), rng.uniform(0.5, 1)),
        "b1": np.full(hidden, rng.uniform(-1, 1)),
        "W2": np.full((1, hidden), rng.uniform(0.1, 0.5)),
        "b2": np.zeros(1),
    }
    mean = {name: np.zeros_like(value) for name, value in params.items()}
    square = {name: np.zeros_like(value) for name, value in params.items()}
    losses = []
    for step in range(1, steps + 1):
        slope = gradients(params, x, y)
        for name in params:
            mean[name] = 0.9 * mean[name] + 0.1 * slope[name]
            square[name] = 0.999 * square[name] + 0.001 * slope[name] ** 2
            scale = np.sqrt(square[name] / (1 - 0.999**step)) + 1e-8
            params[name] = params[name] - 0.01 * mean[name] / (1 - 0.9**step) / scale
        losses.append(mse(params, x, y))
    return params, losses
