"""Style: plain Python by recursion over nested lists; lists for arrays, Python numbers for scalars, a list for the pair."""
import math
from statistics import NormalDist

import numpy as np

# %%
def through(rule, x):
    def walk(part):
        return [walk(p) for p in part] if isinstance(part, list) else rule(part)

    return walk(x.tolist() if isinstance(x, np.ndarray) else x)


def sigma(v):
    return 0.0 if v < -700 else 1 / (1 + math.exp(-v))


NORMAL = NormalDist()

# %%
def relu(x):
    return through(lambda v: max(v, 0), x)


def relu_grad(x):
    return through(lambda v: v > 0, x)


def leaky_relu(x, slope=0.01):
    return through(lambda v: max(v, 0) + slope * min(v, 0), x)


def leaky_relu_grad(x, slope=0.01):
    return through(lambda v: 1 if v > 0 else slope, x)


def prelu(x, alpha):
    return through(lambda v: v * (1 if v > 0 else alpha), x)


def prelu_grad(x, alpha):
    return through(lambda v: [alpha, 1][v > 0], x)


def elu(x, alpha=1.0):
    return through(lambda v: v if v > 0 else alpha * math.expm1(v), x)


def elu_grad(x, alpha=1.0):
    return through(lambda v: 1.0 if v > 0 else alpha * math.exp(v), x)


def tanh(x):
    return through(lambda v: 2 * sigma(2 * v) - 1, x)


def tanh_grad(x):
    return through(lambda v: 4 * sigma(2 * v) * (1 - sigma(2 * v)), x)


def gelu(x):
    return through(lambda v: v * NORMAL.cdf(v), x)


def gelu_grad(x):
    return through(lambda v: NORMAL.cdf(v) + v * NORMAL.pdf(v), x)


def silu(x):
    return through(lambda v: v * sigma(v), x)


def silu_grad(x):
    return through(lambda v: sigma(v) * (1 + v * (1 - sigma(v))), x)

# %%
predict_falling_curves = 2.0


def recommend(situation):
    match situation:
        case "baseline":
            return "relu"
        case "dead_units":
            return "leaky_relu"
        case "stable_deep":
            return "elu"
        case "transformer":
            return "gelu"
        case "efficient_vision":
            return "silu"
        case "binary_output":
            return "sigmoid"
        case _:
            return "tanh"


def dead_fraction(X, W, b):
    sums = [[math.fsum(w * v for w, v in zip(weights, row)) + bias for row in X.tolist()] for weights, bias in zip(W.tolist(), b.tolist())]
    return sum(max(unit) <= 0 for unit in sums) / len(sums)


def prelu_backward(x, alpha, upstream):
    flat, up = x.ravel().tolist(), upstream.ravel().tolist()
    dx = np.array([u if v > 0 else alpha * u for v, u in zip(flat, up)]).reshape(x.shape)
    return [dx.tolist(), math.fsum(u * v for v, u in zip(flat, up) if v < 0)]
