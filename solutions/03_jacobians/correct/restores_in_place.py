"""Style: perturbs x itself and puts the old value back exactly; preallocated buffers and column-major answers."""
import numpy as np

# %%
EPSILON = 1e-5


def to_denominator_layout(J):
    return np.array(J, order="F").transpose()


def max_jacobian(x, a):
    J = np.zeros((len(x), len(x)), order="F")
    (open_units,) = np.nonzero(x > a)
    J[open_units, open_units] = 1.0
    return J


def relu_jacobian(x):
    return max_jacobian(x, a=0.0)


def sigmoid_jacobian(x):
    s = 1.0 / (1.0 + np.exp(-x))
    return np.diag(s - s**2)


def numerical_jacobian(f, x, h=EPSILON):
    J = None
    for j in range(x.size):
        old = x[j]
        x[j] = old + h
        high = np.array(f(x))
        x[j] = old - h
        low = np.array(f(x))
        x[j] = old
        if J is None:
            J = np.empty((high.size, x.size))
        J[:, j] = high / (2 * h) - low / (2 * h)
    return J


predict_softmax_row_sum = -0.0

# %%
def softmax_jacobian(x):
    e = np.exp(x - x[np.argmax(x)])
    total = np.sum(e)
    return (np.diag(e) * total - np.outer(e, e)) / total**2


def relu_vjp(x, upstream):
    dx = upstream.copy()
    dx[x <= 0] = 0
    return dx


def linear_vjp(W, x, upstream):
    dW = np.empty(W.shape)
    np.multiply.outer(upstream, x, out=dW)
    return dW, np.dot(upstream, W)
