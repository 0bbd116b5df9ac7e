"""Style: a scalar formula each, applied entry by entry in an explicit loop."""
import math

import numpy as np

# %%
def each(formula, x):
    x = np.asarray(x)
    out = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        out[index] = formula(float(x[index]))
    return out


def sigmoid_of_number(v):
    if v >= 0:
        return 1 / (1 + math.exp(-v))
    return math.exp(v) / (1 + math.exp(v))

# %%
def relu(x):
    return each(lambda v: v if v > 0 else 0, x)


def relu_grad(x):
    return each(lambda v: 1 if v > 0 else 0, x)


def leaky_relu(x, slope=0.01):
    return each(lambda v: v if v > 0 else slope * v, x)


def leaky_relu_grad(x, slope=0.01):
    return each(lambda v: 1 if v > 0 else slope, x)


def prelu(x, alpha):
    return each(lambda v: v if v > 0 else alpha * v, x)


def prelu_grad(x, alpha):
    return each(lambda v: 1 if v > 0 else alpha, x)


def elu(x, alpha=1.0):
    return each(lambda v: v if v > 0 else alpha * (math.exp(v) - 1), x)


def elu_grad(x, alpha=1.0):
    return each(lambda v: 1 if v > 0 else alpha * math.exp(v), x)


def tanh(x):
    return each(math.tanh, x)


def tanh_grad(x):
    return each(lambda v: 1 - math.tanh(v) ** 2, x)

# %%
predict_falling_curves = 2


def phi(v):
    return (1 + math.erf(v / math.sqrt(2))) / 2


def gelu(x):
    return each(lambda v: v * phi(v), x)


def gelu_grad(x):
    return each(lambda v: phi(v) + v * math.exp(-v * v / 2) / math.sqrt(2 * math.pi), x)


def silu(x):
    return each(lambda v: v * sigmoid_of_number(v), x)


def silu_grad(x):
    def formula(v):
        s = sigmoid_of_number(v)
        return s + v * s * (1 - s)

    return each(formula, x)

# %%
def recommend(situation):
    if situation == "baseline":
        return "relu"
    elif situation == "dead_units":
        return "leaky_relu"
    elif situation == "stable_deep":
        return "elu"
    elif situation == "transformer":
        return "gelu"
    elif situation == "efficient_vision":
        return "silu"
    elif situation == "binary_output":
        return "sigmoid"
    elif situation == "zero_centred_recurrent":
        return "tanh"


def dead_fraction(X, W, b):
    dead = 0
    for h in range(len(b)):
        fires = False
        for row in X:
            total = b[h]
            for d in range(len(row)):
                total = total + W[h, d] * row[d]
            if total > 0:
                fires = True
        if not fires:
            dead += 1
    return dead / len(b)


def prelu_backward(x, alpha, upstream):
    dx = np.zeros(x.shape)
    dalpha = 0.0
    for index in np.ndindex(x.shape):
        if x[index] > 0:
            dx[index] = upstream[index]
        else:
            dx[index] = alpha * upstream[index]
            dalpha += x[index] * upstream[index]
    return dx, dalpha
