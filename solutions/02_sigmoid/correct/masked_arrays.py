"""Vectorised, with a boolean mask for each of the two forms of the sigmoid."""

# %%
import numpy as np


# %%
def sigmoid(x):
    x = np.asarray(x)
    result = np.empty(x.shape, dtype=x.dtype if x.dtype.kind == "f" else float)
    right = x >= 0
    result[right] = 1 / (1 + np.exp(-x[right]))
    grown = np.exp(x[~right])
    result[~right] = grown / (1 + grown)
    return result


# %%
def sigmoid_grad(x):
    value = sigmoid(x)
    return value * (1 - value)


def sigmoid_backward(upstream, x):
    return np.multiply(upstream, sigmoid_grad(x))


# %%
predict_layers_below_millionth = 10


# %%
def max_chain_factor(depth):
    return np.power(0.25, depth)


def chain_factor(z):
    return np.prod(sigmoid_grad(z))
