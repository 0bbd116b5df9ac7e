"""Style: torch tensors and automatic differentiation; tensors are returned as they are."""
import math
import numpy as np
import torch
from torch.autograd.functional import jacobian

# %%
def tensor(x):
    return torch.as_tensor(np.asarray(x), dtype=torch.float64)


def shallow(theta, phi, x):
    return phi[0] + torch.relu(theta[:, 0] + theta[:, 1] * x) @ phi[1:]


def active_units(theta, x):
    return torch.gt(tensor(theta)[:, 0] + tensor(theta)[:, 1] * x, 0)


def breakpoints(theta):
    theta = tensor(theta)
    theta = theta[theta[:, 1].abs() > 0]
    return torch.unique(-theta[:, 0] / theta[:, 1], sorted=True)


def region_slope(theta, phi, x):
    x = torch.tensor(float(x), dtype=torch.float64, requires_grad=True)
    shallow(tensor(theta), tensor(phi), x).backward()
    return x.grad


def region_slopes(theta, phi):
    cuts = breakpoints(theta)
    if not len(cuts):
        return torch.stack([region_slope(theta, phi, 0)])
    points = torch.cat([cuts[:1] - 1, (cuts[1:] + cuts[:-1]) / 2, cuts[-1:] + 1])
    return torch.stack([region_slope(theta, phi, x) for x in points])

# %%
def max_regions(n_inputs, n_hidden):
    row = [1]
    for _ in range(n_hidden):
        row = [1, *[a + b for a, b in zip(row, row[1:])], 1]
    return sum(row[: n_inputs + 1])


def interpolate(xs, ys):
    xs, ys = tensor(xs), tensor(ys)
    slopes = torch.diff(ys) / torch.diff(xs)
    theta = torch.stack([-xs, torch.ones_like(xs)], dim=1)
    changes = torch.diff(slopes, prepend=torch.zeros(1, dtype=torch.float64), append=torch.zeros(1, dtype=torch.float64))
    return theta, torch.cat([ys[:1], changes])


def network(layers):
    def f(x):
        for W, b in layers[:-1]:
            x = torch.relu(tensor(W) @ x + tensor(b))
        return tensor(layers[-1][0]) @ x + tensor(layers[-1][1])

    return f


def local_affine(layers, x):
    f, x = network(layers), tensor(x)
    A = jacobian(f, x)
    return [A, f(x) - A @ x]


predict_fold_regions = torch.tensor(32)

# %%
def count_regions(layers, lo, hi):
    places = torch.tensor([lo, hi], dtype=torch.float64)
    for depth in range(1, len(layers)):
        z = torch.stack([network(layers[:depth])(x.reshape(1)) for x in places])
        left, right = z[:-1], z[1:]
        hit = left * right < 0
        crossing = places[:-1, None] + torch.diff(places)[:, None] * left / (left - right)
        places = torch.cat([places, crossing[hit]]).sort().values
    return int((torch.diff(places) > 1e-13).sum())
