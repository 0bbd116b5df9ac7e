"""Returns the copy of the parameters that it made before the training.

Diagnosis: train with the x and y
Loses: train
"""

import numpy as np


def train(x, y, hidden, seed, steps):
    rng = np.random.default_rng(seed)
    w = rng.normal(size=(hidden, 1))
    kinks = np.linspace(x.min(), x.max(), hidden)
    params = {"W1": w, "b1": -w[:, 0] * kinks, "W2": rng.normal(size=(1, hidden)) / 3, "b2": np.zeros(1)}
    start = dict(params)
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
    return start, losses
