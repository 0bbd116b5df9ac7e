"""Returns nested lists and Python floats instead of arrays."""

# %%
import numpy as np


def plain(array):
    return np.asarray(array).tolist()


# %%
def sigmoid(x):
    x = np.clip(x, -500, 500).astype(np.float64)
    return plain(1 / (1 + np.exp(-x)))


# %%
def sigmoid_grad(x):
    s = np.array(sigmoid(x))
    return plain(s * (1 - s))


# %%
def sigmoid_backward(upstream, x):
    return plain(np.array(upstream) * np.array(sigmoid_grad(x)))


# %%
predict_layers_below_millionth = 10


# %%
def max_chain_factor(depth):
    if depth == 0:
        return 1
    return 0.25 * max_chain_factor(depth - 1)


# %%
def chain_factor(z):
    factors = sigmoid_grad(z)
    return float(np.multiply.reduce(factors)) if factors else 1
