"""Style: small classes for a unit and for a piecewise-linear function; symmetric hinges in the interpolant."""
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

# %%
@dataclass
class Unit:
    offset: float
    slope: float
    weight: float = 0.0

    def active(self, x):
        return bool(self.offset + self.slope * x > 0)

    @property
    def place(self):
        return None if self.slope == 0 else -self.offset / self.slope

    @property
    def share(self):
        return self.slope * self.weight


class Layer:
    def __init__(self, theta, phi=None):
        weights = [0.0] * len(theta) if phi is None else phi[1:]
        self.units = [Unit(float(a), float(b), float(w)) for (a, b), w in zip(theta, weights)]

    def places(self):
        return sorted({unit.place for unit in self.units} - {None})

    def slope(self, x):
        return sum(unit.share for unit in self.units if unit.active(x))


def active_units(theta, x):
    return np.array([unit.active(x) for unit in Layer(theta).units])


def breakpoints(theta):
    return np.array(Layer(theta).places())


def region_slope(theta, phi, x):
    return float(Layer(theta, phi).slope(x))


def region_slopes(theta, phi):
    layer = Layer(theta, phi)
    slopes = [sum(unit.share for unit in layer.units if unit.slope < 0)]
    for place in layer.places():
        here = [unit for unit in layer.units if unit.place == place]
        slopes.append(slopes[-1] + sum(abs(unit.slope) * unit.weight for unit in here))
    return np.array(slopes, dtype=float)

# %%
@lru_cache(maxsize=None)
def max_regions(n_inputs, n_hidden):
    # one more hyperplane adds as many regions as the others cut out on it
    if n_inputs == 0 or n_hidden == 0:
        return 1
    return max_regions(n_inputs, n_hidden - 1) + max_regions(n_inputs - 1, n_hidden - 1)


def interpolate(xs, ys):
    slopes = np.diff(ys) / np.diff(xs)
    middle = (xs[0] + xs[-1]) / 2
    line = (slopes[0] + slopes[-1]) / 2
    rows, weights = [[-middle, 1.0], [middle, -1.0]], [line, -line]
    bends = np.diff(slopes)
    for x, bend in zip(xs[1:-1], bends):
        rows += [[-x, 1.0], [x, -1.0]]
        weights += [bend / 2, bend / 2]
    theta, weights = np.array(rows), np.array(weights)
    start = np.maximum(0, theta[:, 0] + theta[:, 1] * xs[0]) @ weights
    return theta, np.concatenate([[ys[0] - start], weights])


class Region:
    def __init__(self, x):
        self.x, self.A, self.c = x, np.identity(x.size), np.zeros(x.size)

    def linear(self, W, b):
        self.A, self.c = np.matmul(W, self.A), np.matmul(W, self.c) + b
        return self

    def relu(self):
        off = ~(self.A @ self.x + self.c > 0)
        self.A[off], self.c[off] = 0, 0
        return self


def local_affine(layers, x):
    region = Region(x)
    for W, b in layers[:-1]:
        region.linear(W, b).relu()
    region.linear(*layers[-1])
    return region.A, region.c


predict_fold_regions = 32

# %%
class Curve:
    """A piecewise-linear function on [lo, hi] by its corners."""

    def __init__(self, xs, ys):
        self.xs, self.ys = np.asarray(xs), np.asarray(ys)

    def __call__(self, x):
        return np.interp(x, self.xs, self.ys)

    def relu(self):
        xs = list(self.xs)
        for x0, x1, y0, y1 in zip(self.xs, self.xs[1:], self.ys, self.ys[1:]):
            if y0 * y1 < 0:
                xs.append(x0 - y0 * (x1 - x0) / (y1 - y0))
        xs = np.sort(xs)
        return Curve(xs, np.maximum(0, self(xs)))

    @staticmethod
    def combine(weights, curves, bias):
        xs = np.unique(np.concatenate([curve.xs for curve in curves]).round(11))
        return Curve(xs, bias + sum(w * curve(xs) for w, curve in zip(weights, curves)))


def count_regions(layers, lo, hi):
    curves = [Curve([lo, hi], [lo, hi])]
    for number, (W, b) in enumerate(layers):
        curves = [Curve.combine(row, curves, bias) for row, bias in zip(W, b)]
        if number < len(layers) - 1:
            curves = [curve.relu() for curve in curves]
    slopes = np.diff(curves[0].ys) / np.diff(curves[0].xs)
    return 1 + int(np.sum(np.abs(np.diff(slopes)) > 1e-4))
