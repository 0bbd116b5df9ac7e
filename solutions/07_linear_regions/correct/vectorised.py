"""Style: NumPy broadcasting throughout; piecewise-linear interpolation by hinges on both sides."""
from math import comb

import numpy as np

# %%
def active_units(theta, x):
    return np.greater(theta @ np.array([1.0, x]), 0)


def breakpoints(theta):
    offset, slope = theta.T
    with np.errstate(divide="ignore", invalid="ignore"):
        places = np.where(slope != 0, -offset / slope, np.nan)
    return np.unique(places[np.isfinite(places)])


def region_slope(theta, phi, x):
    return np.einsum("i,i,i->", theta[:, 1], phi[1:], active_units(theta, x).astype(float))


def region_slopes(theta, phi):
    cuts = breakpoints(theta)
    points = np.zeros(1) if cuts.size == 0 else np.concatenate([[cuts[0] - 5], 0.5 * (cuts[1:] + cuts[:-1]), [cuts[-1] + 5]])
    active = theta[:, 0] + points[:, None] * theta[:, 1] > 0
    return active @ (theta[:, 1] * phi[1:])

# %%
def max_regions(n_inputs, n_hidden):
    terms = np.array([comb(n_hidden, j) for j in range(n_inputs + 1)], dtype=object)
    return terms.sum()


def interpolate(xs, ys):
    """Solve for the weights of units that switch on going right, and one that is always a line."""
    theta = np.stack([-xs[1:-1], np.ones(len(xs) - 2)], axis=1)
    theta = np.concatenate([[[1 - xs[0], 1.0]], theta])
    design = np.column_stack([np.ones(len(xs)), np.maximum(0, theta[:, 0] + np.outer(xs, theta[:, 1]))])
    return theta, np.linalg.solve(design, ys)


def local_affine(layers, x):
    joined = np.hstack([np.eye(len(x)), np.zeros((len(x), 1))])
    point = np.append(x, 1.0)
    for W, b in layers[:-1]:
        joined = W @ joined
        joined[:, -1] += b
        joined *= (joined @ point > 0)[:, None]
    W, b = layers[-1]
    joined = W @ joined
    return joined[:, :-1], joined[:, -1] + b


predict_fold_regions = np.int64(32)

# %%
def count_regions(layers, lo, hi):
    x = np.array([lo, hi])
    h = x[:, None]
    for W, b in layers[:-1]:
        z = h @ W.T + b
        left, right = z[:-1], z[1:]
        crosses = left * right < 0
        share = np.divide(left, left - right, out=np.zeros_like(left), where=crosses)
        new = (x[:-1, None] + np.diff(x)[:, None] * share)[crosses]
        every = np.unique(np.concatenate([x, new]))
        z = np.stack([np.interp(every, x, column) for column in z.T], axis=1)
        x, h = every, np.maximum(0, z)
    f = (h @ layers[-1][0].T)[:, 0]
    slopes = np.diff(f) / np.diff(x)
    return 1 + np.count_nonzero(np.abs(np.diff(slopes)) > 1e-6)
