"""Vectorised with einsum, parameters updated in one flat vector, losses as an array, modules as nn.Sequential."""

# %%
import numpy as np
import torch
from torch import nn

predict_flat_loss = np.float64(0.5)


# %%
def relu(z):
    return z * (z > 0)


def preactivation(params, x):
    return np.einsum("nd,hd->nh", x, params["W1"]) + params["b1"][None, :]


def predict(params, x):
    return np.einsum("nh,oh->no", relu(preactivation(params, x)), params["W2"]) + params["b2"][None, :]


def mse(params, x, y):
    return np.square(predict(params, x) - y).mean()


def gradients(params, x, y):
    z = preactivation(params, x)
    d = (2.0 / y.shape[0]) * (predict(params, x) - y)
    dz = np.einsum("no,oh,nh->nh", d, params["W2"], (z > 0).astype(float))
    return {
        "W1": np.einsum("nh,nd->hd", dz, x),
        "b1": np.einsum("nh->h", dz),
        "W2": np.einsum("no,nh->oh", d, relu(z)),
        "b2": np.einsum("no->o", d),
        "extra": z,
    }


# %%
NAMES = ("W1", "b1", "W2", "b2")


def train(x, y, hidden, seed, steps):
    rng = np.random.RandomState(seed)
    shapes = [(hidden, 1), (hidden,), (1, hidden), (1,)]
    cuts = np.cumsum([np.prod(s) for s in shapes])[:-1]

    def unflatten(vector):
        return {n: part.reshape(s) for n, part, s in zip(NAMES, np.split(vector, cuts), shapes)}

    w = rng.randn(hidden)
    theta = np.concatenate([w, -w * rng.uniform(-2 * np.pi, 2 * np.pi, hidden), rng.randn(hidden) * 0.3, [0.0]])
    m = v = np.zeros_like(theta)
    losses = np.empty(steps)
    for t in range(steps):
        params = unflatten(theta)
        losses[t] = mse(params, x, y)
        g = gradients(params, x, y)
        g = np.concatenate([g[n].ravel() for n in NAMES])
        m, v = 0.9 * m + 0.1 * g, 0.99 * v + 0.01 * g * g
        theta = theta - 0.02 * (m / (1 - 0.9 ** (t + 1))) / (np.sqrt(v / (1 - 0.99 ** (t + 1))) + 1e-8)
    return unflatten(theta), losses


# %%
class SineMLP(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Linear(1, 10), nn.ReLU(), nn.Linear(10, 1))


class DeepSineMLP(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Linear(1, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 1))


def fit(model, x, y, steps, lr):
    optimizer = torch.optim.Adam(model.parameters(), lr)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, "min", patience=100)
    history = np.zeros(steps)
    for k in range(steps):
        loss = (model(x) - y).square().mean()
        model.zero_grad()
        loss.backward()
        optimizer.step()
        scheduler.step(loss)
        history[k] = float(loss)
    return history


# %%
def diagnose(losses):
    values = np.array(losses)
    if np.any(~np.isfinite(values)):
        return "unstable"
    tail = values[-100:]
    running_low = np.minimum.accumulate(values)
    if np.std(tail) > 0.5 * np.mean(tail) or np.any(values > 2 * running_low):
        return "unstable"
    return "healthy" if values[-1] <= 0.95 * values[0] else "stalled"
