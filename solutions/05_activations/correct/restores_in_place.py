"""Style: works in place on private copies with boolean indexing; keeps the precision of the input; ELU's slope from its value."""
import math

import numpy as np

# %%
def own(x):
    x = np.array(x)
    return x if x.dtype == np.float32 else x.astype(np.float64)


def leaky_relu(x, slope=0.01):
    y = own(x)
    np.multiply(y, slope, out=y, where=y < 0)
    return y[()]


def leaky_relu_grad(x, slope=0.01):
    y = own(x)
    positive = y > 0
    y[...] = slope
    y[positive] = 1
    return y


def relu(x):
    return np.clip(own(x), 0, None)


def relu_grad(x):
    return np.heaviside(own(x), 0)


def prelu(x, alpha):
    return leaky_relu(x, slope=alpha)


def prelu_grad(x, alpha):
    return leaky_relu_grad(x, slope=alpha)


def elu(x, alpha=1.0):
    y = own(x)
    np.expm1(y, out=y, where=y < 0)
    return leaky_relu(y, alpha)


def elu_grad(x, alpha=1.0):
    y = own(x)
    y[y > 0] = 0
    slope = np.exp(y)
    return np.where(own(x) > 0, 1, alpha * slope)

# %%
def tanh(x):
    return np.sinh(np.clip(x, -300, 300)) / np.cosh(np.clip(x, -300, 300))


def tanh_grad(x):
    return 1 / np.cosh(np.clip(x, -300, 300)) ** 2


def gelu(x):
    y = own(x)
    flat = y.reshape(-1)
    for i in range(flat.size):
        flat[i] *= 0.5 * math.erfc(-flat[i] / math.sqrt(2))
    return flat.reshape(y.shape)


def gelu_grad(x):
    y = own(x)
    flat = y.reshape(-1)
    for i, v in enumerate(flat.tolist()):
        flat[i] = 0.5 * math.erfc(-v / math.sqrt(2)) + v * math.exp(-v * v / 2) / math.sqrt(2 * math.pi)
    return flat.reshape(y.shape)


def silu(x):
    y = own(x)
    return y * np.reciprocal(1 + np.exp(-np.clip(y, -80, 80)))


def silu_grad(x):
    y = own(x)
    s = np.reciprocal(1 + np.exp(-np.clip(y, -80, 80)))
    return s + silu(y) - s * silu(y)

# %%
predict_falling_curves = len({"gelu", "silu"})
ADVICE = {"baseline": "relu", "dead_units": "leaky_relu", "stable_deep": "elu", "binary_output": "sigmoid"}
ADVICE |= {"transformer": "gelu", "efficient_vision": "silu", "zero_centred_recurrent": "tanh"}


def recommend(situation):
    return ADVICE[situation]


def dead_fraction(X, W, b):
    z = np.tensordot(X, W, axes=(1, 1))
    z += b
    return np.count_nonzero(np.count_nonzero(z > 0, axis=0) == 0) / W.shape[0]


def prelu_backward(x, alpha, upstream):
    dx, dalpha = upstream.copy(), upstream.copy()
    dx[x < 0] *= alpha
    dalpha[x > 0] = 0
    return dx, float(np.sum(dalpha * x))
