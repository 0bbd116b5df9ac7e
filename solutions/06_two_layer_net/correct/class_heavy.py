"""Style: layer objects with forward and backward that keep what they saw; one network object a call; extra keys in the dict."""
from collections import OrderedDict

import numpy as np

# %%
class Linear:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x = x
        return np.dot(self.W, x) + self.b

    def backward(self, upstream):
        self.dW = np.multiply.outer(upstream, self.x)
        self.db = np.array(upstream)
        return np.dot(upstream, self.W)


class ReLU:
    def forward(self, x):
        self.on = x > 0
        return np.where(self.on, x, 0.0)

    def backward(self, upstream):
        return np.where(self.on, upstream, 0.0)


class Network:
    def __init__(self, layers):
        self.nodes = []
        for W, b in layers:
            self.nodes += [Linear(W, b), ReLU()]
        self.nodes.pop()

    def forward(self, x):
        for node in self.nodes:
            x = node.forward(x)
        return x

    def backward(self, upstream):
        for node in reversed(self.nodes):
            upstream = node.backward(upstream)
        return upstream


def two_layers(params):
    return Network([(params["W1"], params["b1"]), (params["W2"], params["b2"])])


def forward(params, x):
    return two_layers(params).forward(x)


def deep_forward(layers, x):
    return Network(layers).forward(x)


def backward(params, x, upstream):
    network = two_layers(params)
    output = network.forward(x)
    dx = network.backward(upstream)
    first, _, second = network.nodes
    return OrderedDict(x=dx, W1=first.dW, b1=first.db, W2=second.dW, b2=second.db, output=output, mask=network.nodes[1].on, loss=None)

# %%
class AdditivityTest:
    tolerance = 1e-9

    def __init__(self, f):
        self.f = f

    def __call__(self, x1, x2):
        whole = np.atleast_1d(self.f(np.add(x1, x2)))
        parts = np.atleast_1d(self.f(x1)) + np.atleast_1d(self.f(x2))
        size = np.maximum(np.abs(whole), np.abs(parts))
        return np.logical_and.reduce(np.abs(whole - parts) <= self.tolerance * size, axis=None)


def is_additive(f, x1, x2):
    return AdditivityTest(f)(x1, x2)


predict_collapsed_numbers = np.float64(3)


class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def then(self, other):
        return Affine(other.W.dot(self.W), other.W.dot(self.b) + other.b)


def collapse_linear(layers):
    whole = Affine(*layers[0])
    for layer in layers[1:]:
        whole = whole.then(Affine(*layer))
    return whole.W, whole.b

# %%
def solve_xor():
    # 1 where both units are off; each unit is on at one of the equal corners
    return OrderedDict(W1=np.array([[-1.0, -1.0], [1.0, 1.0]]), b1=np.array([1.0, -1.0]), W2=np.array([[-1.0, -1.0]]), b2=np.array([1.0]), hidden=2)
