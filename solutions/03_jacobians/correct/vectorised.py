"""Style: NumPy broadcasting throughout, with small helper functions shared between questions."""
import numpy as np

# %%
def softmax(x):
    e = np.exp(x - np.max(x))
    return e / e.sum()


def elementwise(derivatives):
    return np.eye(derivatives.size) * derivatives

# %%
def to_denominator_layout(J):
    return np.swapaxes(J, 0, 1).copy()


def relu_jacobian(x):
    return elementwise((x > 0).astype(float))


def max_jacobian(x, a):
    return elementwise(np.where(x > a, 1.0, 0.0))


def sigmoid_jacobian(x):
    e = np.exp(-np.abs(x))
    return elementwise(e / (1 + e) ** 2)


def numerical_jacobian(f, x, h=1e-5):
    steps = h * np.eye(x.size)
    return np.stack([f(x + step) - f(x - step) for step in steps], axis=1) / (2 * h)


predict_softmax_row_sum = np.float64(0)

# %%
def softmax_jacobian(x):
    p = softmax(x)
    return p[:, None] * (np.eye(p.size) - p[None, :])


def relu_vjp(x, upstream):
    return np.where(x > 0, upstream, 0)


def linear_vjp(W, x, upstream):
    return upstream[:, None] * x[None, :], W.T @ upstream
