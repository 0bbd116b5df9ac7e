"""Style: explicit Python loops over every entry, nothing vectorised."""
import math

import numpy as np

# %%
def to_denominator_layout(J):
    m, n = J.shape
    out = np.zeros((n, m))
    for i in range(m):
        for j in range(n):
            out[j, i] = J[i, j]
    return out

# %%
def relu_jacobian(x):
    n = len(x)
    J = np.zeros((n, n))
    for i in range(n):
        if x[i] > 0:
            J[i, i] = 1
    return J


def max_jacobian(x, a):
    n = len(x)
    J = np.zeros((n, n))
    for i in range(n):
        if x[i] > a:
            J[i, i] = 1
    return J


def sigmoid_jacobian(x):
    n = len(x)
    J = np.zeros((n, n))
    for i in range(n):
        s = 1 / (1 + math.exp(-x[i]))
        J[i, i] = s * (1 - s)
    return J

# %%
def numerical_jacobian(f, x, h=1e-5):
    m = len(f(x))
    J = np.zeros((m, len(x)))
    for j in range(len(x)):
        up, down = x.copy(), x.copy()
        up[j] += h
        down[j] -= h
        high, low = f(up), f(down)
        for i in range(m):
            J[i, j] = (high[i] - low[i]) / (2 * h)
    return J

# %%
predict_softmax_row_sum = 0

# %%
def softmax_jacobian(x):
    n = len(x)
    top = max(x)
    e = [math.exp(v - top) for v in x]
    p = [v / sum(e) for v in e]
    J = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            if i == j:
                J[i, j] = p[i] * (1 - p[i])
            else:
                J[i, j] = -p[i] * p[j]
    return J

# %%
def relu_vjp(x, upstream):
    dx = np.zeros(len(x))
    for i in range(len(x)):
        if x[i] > 0:
            dx[i] = upstream[i]
    return dx


def linear_vjp(W, x, upstream):
    m, n = W.shape
    dW, dx = np.zeros((m, n)), np.zeros(n)
    for i in range(m):
        for j in range(n):
            dW[i, j] = upstream[i] * x[j]
            dx[j] += upstream[i] * W[i, j]
    return dW, dx
