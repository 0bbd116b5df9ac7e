"""Style: maxima of two lines and, for a fixed slope between 0 and 1, slopes read off the output's sign."""
import math

import numpy as np

# %%
def relu(x):
    return np.maximum(0, x)


def relu_grad(x):
    return (np.asarray(x) > 0).astype(float)


def leaky_relu(x, slope=0.01):
    return np.maximum(x, slope * np.asarray(x))


def leaky_relu_grad(x, slope=0.01):
    return np.where(leaky_relu(x, slope) > 0, 1.0, slope)


def prelu(x, alpha):
    return np.maximum(x, 0) + alpha * np.minimum(x, 0)


def prelu_grad(x, alpha):
    return np.where(np.maximum(x, 0) > 0, 1.0, alpha)


def elu(x, alpha=1.0):
    return np.where(x > 0, x, alpha * (np.exp(x) - 1))


def elu_grad(x, alpha=1.0):
    return np.where(x > 0, 1, elu(x, alpha) + alpha)

# %%
def tanh(x):
    return 2 / (1 + np.exp(-2 * x)) - 1


def tanh_grad(x):
    return (1 - tanh(x)) * (1 + tanh(x))


predict_falling_curves = np.int64(2)
erfc = np.frompyfunc(math.erfc, 1, 1)


def gelu(x):
    return x * np.asarray(erfc(-np.asarray(x) / np.sqrt(2)), dtype=float) / 2


def gelu_grad(x):
    gate = np.asarray(erfc(-np.asarray(x) / np.sqrt(2)), dtype=float) / 2
    return gate + x * np.exp(-np.asarray(x) ** 2 / 2) / np.sqrt(2 * np.pi)


def silu(x):
    return x / (1 + np.exp(-x))


def silu_grad(x):
    s = 1 / (1 + np.exp(-x))
    return s * (1 + x * (1 - s))

# %%
def recommend(situation):
    names = "baseline dead_units stable_deep transformer efficient_vision binary_output zero_centred_recurrent".split()
    return "relu leaky_relu elu gelu silu sigmoid tanh".split()[names.index(situation)]


def dead_fraction(X, W, b):
    return ((W @ X.T + b[:, None]).max(axis=1) <= 0).mean()


def prelu_backward(x, alpha, upstream):
    return upstream * prelu_grad(x, alpha), (upstream * np.minimum(x, 0)).sum()
