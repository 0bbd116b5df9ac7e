"""He's initialisation with zero biases for both modules; one cell for all, and `train` prints its last loss."""

# %%
import math

import numpy as np
import torch
from torch import nn

predict_flat_loss = 0.5


def predict(params, x):
    return np.maximum(0, x @ params["W1"].T + params["b1"]) @ params["W2"].T + params["b2"]


def mse(params, x, y):
    residual = predict(params, x) - y
    return (residual.T @ residual).item() / len(x)


def gradients(params, x, y):
    active = x @ params["W1"].T + params["b1"] > 0
    up = 2 / len(x) * (predict(params, x) - y)
    back = active * (up * params["W2"])
    return {
        "W1": (x * back).sum(axis=0).reshape(-1, 1),
        "b1": back.sum(axis=0),
        "W2": (up * active * (x @ params["W1"].T + params["b1"])).sum(axis=0).reshape(1, -1),
        "b2": up.sum(axis=0),
    }


def train(x, y, hidden, seed, steps):
    rng = np.random.default_rng(seed)
    w1 = rng.choice([-1.0, 1.0], size=(hidden, 1)) * rng.uniform(0.6, 1.2, size=(hidden, 1))
    params = {
        "W1": w1,
        "b1": -w1[:, 0] * (x.min() + (x.max() - x.min()) * rng.permutation(np.arange(hidden) + 0.5) / hidden),
        "W2": rng.normal(size=(1, hidden)) * math.sqrt(2 / hidden) / 2,
        "b2": np.array([y.mean()]),
    }
    state = {name: (0.0, 0.0) for name in params}
    losses = []
    for t in range(1, steps + 1):
        losses.append(mse(params, x, y))
        for name, g in gradients(params, x, y).items():
            m, v = state[name]
            m, v = m + (1 - 0.9) * (g - m), v + (1 - 0.999) * (g * g - v)
            rate = 0.01 * math.sqrt(1 - 0.999**t) / (1 - 0.9**t)
            params[name] = params[name] - rate * m / (np.sqrt(v) + 1e-8)
            state[name] = m, v
    if steps:
        print(f"after {steps} steps: {losses[-1]:.4f}")
    return params, losses


def he(module):
    if isinstance(module, nn.Linear):
        nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
        nn.init.zeros_(module.bias)


class DeepSineMLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.c = nn.Linear(1, 64), nn.Linear(64, 64), nn.Linear(64, 1)
        self.apply(he)

    def forward(self, x):
        return self.c(torch.relu(self.b(torch.relu(self.a(x)))))


class SineMLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(1, 10), nn.Linear(10, 1)
        self.apply(he)

    def forward(self, x):
        return self.b(torch.relu(self.a(x)))


def fit(model, x, y, steps, lr):
    optimiser = torch.optim.Adam(model.parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(optimiser)
    history = []
    while len(history) < steps:
        loss = torch.mean((model(x) - y) ** 2)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step(loss.item())
        history.append(loss.item())
    return history


def diagnose(losses):
    values = np.array(losses, dtype=float)
    if not np.all(np.isfinite(values)):
        return "unstable"
    tail = values[-(len(values) // 6) :]
    if np.ptp(tail) / 2 > 0.5 * tail.mean() or np.any(values[values.argmin() :] > 2 * values.min()):
        return "unstable"
    return "stalled" if tail.mean() > 0.95 * values[0] else "healthy"
