"""A class for everything: network, optimiser, diagnosis; the asked-for functions are thin wrappers around them."""

# %%
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import nn


class Answers:
    flat = 0.5


predict_flat_loss = Answers().flat


# %%
@dataclass
class Network:
    W1: np.ndarray
    b1: np.ndarray
    W2: np.ndarray
    b2: np.ndarray

    @classmethod
    def random(cls, hidden, seed, low, high):
        rng = np.random.default_rng(seed)
        sign = np.where(np.arange(hidden) % 2, -1.0, 1.0)
        slope = sign * rng.uniform(0.7, 1.3, hidden)
        kinks = np.sort(rng.uniform(low, high, hidden))
        return cls(slope[:, None], -slope * kinks, rng.normal(scale=0.3, size=(1, hidden)), np.zeros(1))

    def as_dict(self):
        return {name: value.copy() for name, value in vars(self).items()}

    def activations(self, x):
        z = x @ self.W1.T + self.b1
        return z, np.where(z > 0, z, 0.0)

    def __call__(self, x):
        return self.activations(x)[1] @ self.W2.T + self.b2

    def loss(self, x, y):
        r = (self(x) - y).ravel()
        return r @ r / r.size

    def backward(self, x, y):
        z, a = self.activations(x)
        upstream = 2 * (self(x) - y) / len(y)
        downstream = np.outer(upstream, self.W2)
        downstream[z <= 0] = 0
        return Network(downstream.T @ x, downstream.sum(0), upstream.T @ a, upstream.sum(0))


@dataclass
class Adam:
    lr: float = 0.01
    betas: tuple = (0.9, 0.999)
    t: int = 0
    state: dict = field(default_factory=dict)

    def step(self, network, slopes):
        self.t += 1
        one, two = self.betas
        for name, slope in vars(slopes).items():
            m, v = self.state.get(name, (0.0, 0.0))
            m, v = one * m + (1 - one) * slope, two * v + (1 - two) * slope**2
            self.state[name] = m, v
            change = m / (1 - one**self.t) / (np.sqrt(v / (1 - two**self.t)) + 1e-8)
            setattr(network, name, getattr(network, name) - self.lr * change)


# %%
def predict(params, x):
    return Network(**params)(x)


def mse(params, x, y):
    return np.array(Network(**params).loss(x, y))


def gradients(params, x, y):
    return Network(**params).backward(x, y).as_dict()


def train(x, y, hidden, seed, steps):
    network, optimiser, losses = Network.random(hidden, seed, x.min(), x.max()), Adam(), []
    best, weights = np.inf, network.as_dict()
    for _ in range(steps):
        optimiser.step(network, network.backward(x, y))
        losses.append(float(network.loss(x, y)))
        if losses[-1] < best:
            best, weights = losses[-1], network.as_dict()
    return weights, losses


# %%
class MLP(nn.Module):
    widths = ()

    def __init__(self):
        super().__init__()
        layers = []
        for n, m in zip(self.widths[:-1], self.widths[1:]):
            layers += [nn.Linear(n, m), nn.ReLU(inplace=True)]
        self.net = nn.Sequential(*layers[:-1])

    def forward(self, x):
        return self.net(x)


class SineMLP(MLP):
    widths = (1, 10, 1)


class DeepSineMLP(MLP):
    widths = (1, 64, 64, 1)


class Trainer:
    def __init__(self, model, lr):
        self.model, self.losses = model, []
        self.optimiser = torch.optim.Adam(model.parameters(), lr=lr, amsgrad=True)

    def run(self, x, y, steps):
        for _ in range(steps):
            self.optimiser.zero_grad()
            loss = nn.MSELoss()(self.model(x), y)
            loss.backward()
            self.optimiser.step()
            self.losses.append(loss.detach().numpy())
        return self.losses


def fit(model, x, y, steps, lr):
    return Trainer(model, lr).run(x, y, steps)


# %%
class Doctor:
    def __init__(self, losses):
        self.losses = np.asarray(losses)
        self.tail = self.losses[-max(10, len(losses) // 8) :]

    def broken(self):
        return bool(np.isnan(self.losses).any() or np.isinf(self.losses).any())

    def swinging(self):
        return (self.tail.max() - self.tail.min()) / 2 >= 0.5 * np.median(self.tail)

    def rebounding(self):
        return self.losses[-5:].mean() > 2 * self.losses.min()

    def stuck(self):
        return self.losses.min() > 0.95 * self.losses[0]

    def verdict(self):
        if self.broken() or self.swinging() or self.rebounding():
            return "unstable"
        return "stalled" if self.stuck() else "healthy"


def diagnose(losses):
    return Doctor(losses).verdict()
