"""Style: one class per function with jacobian and vjp methods; the asked functions only forward to them, and chat while doing so."""
import warnings

import numpy as np

# %%
class Elementwise:
    def derivative(self, x):
        raise NotImplementedError

    def jacobian(self, x):
        J = np.zeros((x.size, x.size))
        np.fill_diagonal(J, self.derivative(x))
        return J

    def vjp(self, x, upstream):
        return self.derivative(x) * upstream


class Max(Elementwise):
    def __init__(self, a=0.0):
        self.a = a

    def derivative(self, x):
        return np.heaviside(x - self.a, 0.0)


class Sigmoid(Elementwise):
    def derivative(self, x):
        return np.exp(-np.logaddexp(0, x) - np.logaddexp(0, -x))


class Softmax:
    def jacobian(self, x):
        log_p = x - np.logaddexp.reduce(x)
        p = np.exp(log_p)
        return np.diagflat(p) - p.reshape(-1, 1) @ p.reshape(1, -1)


class Linear:
    def __init__(self, W):
        self.W = W

    def vjp(self, x, upstream):
        return np.einsum("i,j->ij", upstream, x), np.einsum("i,ij->j", upstream, self.W)

# %%
class CentralDifferences:
    def __init__(self, f, h):
        self.f, self.h = f, h

    def column(self, x, j):
        point = np.array(x)
        point[j] = x[j] + self.h
        high = np.array(self.f(point))
        point[j] = x[j] - self.h
        low = np.array(self.f(point))
        return (high - low) / (2 * self.h)

    def jacobian(self, x):
        return np.column_stack([self.column(x, j) for j in range(x.size)])

# %%
predict_softmax_row_sum = np.zeros(())


def to_denominator_layout(J):
    print("transposing a matrix of shape", J.shape)
    return np.einsum("mn->nm", J)


def relu_jacobian(x):
    return Max().jacobian(x)


def max_jacobian(x, a):
    return Max(a).jacobian(x)


def sigmoid_jacobian(x):
    return Sigmoid().jacobian(x)


def numerical_jacobian(f, x, h=1e-5):
    print("differencing with step", h)
    return CentralDifferences(f, h).jacobian(x)


def softmax_jacobian(x):
    warnings.warn("a dense Jacobian ahead")
    return Softmax().jacobian(x)


def relu_vjp(x, upstream):
    return Max().vjp(x, upstream)


def linear_vjp(W, x, upstream):
    return Linear(W).vjp(x, upstream)

# %%
print(numerical_jacobian(np.sin, np.zeros(2)))
