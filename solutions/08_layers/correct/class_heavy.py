"""Style: layer classes; the cache is the layer object itself, and the losses share a base class."""
import numpy as np


class Layer:
    def __repr__(self):
        return f"<{type(self).__name__}>"


class Affine(Layer):
    __slots__ = ("x", "w", "b", "shape")

    def __init__(self, x, w, b):
        self.x, self.w, self.b, self.shape = x.copy().reshape(len(x), -1), w.copy(), b.copy(), x.shape

    def __call__(self):
        return np.hstack([self.x, np.ones((len(self.x), 1))]) @ np.vstack([self.w, self.b])

    def back(self, dout):
        dwb = np.hstack([self.x, np.ones((len(self.x), 1))]).T @ dout
        return np.inner(dout, self.w).reshape(self.shape), dwb[:-1], dwb[-1]


class ReLU(Layer):
    def __init__(self, x):
        self.x = x.copy()

    def __call__(self):
        return (self.x + np.abs(self.x)) / 2

    def back(self, dout):
        return dout * np.heaviside(self.x, 0.0)

# %%
def affine_forward(x, w, b):
    layer = Affine(x, w, b)
    return layer(), layer


def affine_backward(dout, cache):
    return cache.back(dout)


def relu_forward(x):
    layer = ReLU(x)
    return layer(), layer


def relu_backward(dout, cache):
    return cache.back(dout)

# %%
class Loss:
    def __init__(self, x, y):
        self.x, self.y, self.N = x, y, len(y)
        self.right = x[range(self.N), y].reshape(-1, 1)
        self.target = np.zeros(x.shape)
        self.target[range(self.N), y] = 1


class Hinge(Loss):
    def __call__(self):
        m = self.x - self.right + 1
        on = np.logical_and(m > 0, self.target == 0).astype(float)
        return (m * on).sum(1).mean(), (on - self.target * on.sum(1, keepdims=True)) / self.N


class Softmax(Loss):
    def __call__(self):
        top = self.x.max(1, keepdims=True)
        log_sum = top + np.log(np.exp(self.x - top).sum(1, keepdims=True))
        return (log_sum - self.right).mean(), (np.exp(self.x - log_sum) - self.target) / self.N


svm_loss = lambda x, y: Hinge(x, y)()
softmax_loss = lambda x, y: Softmax(x, y)()
predict_svm_start = float(Hinge(np.zeros((1, 10)), np.array([0]))()[0])
