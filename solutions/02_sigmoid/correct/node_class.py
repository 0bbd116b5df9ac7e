"""A class with a forward and a backward method, and functions that only wrap it."""

# %%
import numpy as np


class SigmoidNode:
    def forward(self, x):
        self.output = np.exp(-np.logaddexp(0, -np.asarray(x)))
        return self.output

    def local(self):
        return self.output - self.output**2

    def backward(self, upstream):
        return upstream * self.local()


class Chain:
    best = 0.25

    def __init__(self, preactivations):
        self.nodes = [SigmoidNode() for _ in preactivations]
        for node, z in zip(self.nodes, preactivations, strict=True):
            node.forward(z)

    def factor(self):
        gradient = 1.0
        for node in reversed(self.nodes):
            gradient = node.backward(gradient)
        return gradient


# %%
def sigmoid(x):
    return SigmoidNode().forward(x)


def sigmoid_grad(x):
    node = SigmoidNode()
    node.forward(x)
    return node.local()


def sigmoid_backward(upstream, x):
    node = SigmoidNode()
    node.forward(x)
    return node.backward(upstream)


# %%
predict_layers_below_millionth = np.int64(10)


# %%
def max_chain_factor(depth):
    return np.array(Chain.best**depth)


def chain_factor(z):
    return Chain(z).factor()
