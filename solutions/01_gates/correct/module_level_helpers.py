"""Small helper functions at module level, a memory keyed by the object, 0-d arrays, in-place work on own copies."""

# %%
import math

import numpy as np

memory = {}


def remember(gate, *values):
    memory[id(gate)] = gate, [np.array(value) for value in values]


def recall(gate):
    return memory[id(gate)][1]


# %%
class AddGate:
    def forward(self, x, y):
        z = np.array(x)
        z += y
        return z

    def backward(self, upstream):
        answer = np.array(upstream)
        return answer, answer


# %%
class MulGate:
    def forward(self, x, y):
        remember(self, x, y)
        z = np.array(x)
        z *= y
        return z

    def backward(self, upstream):
        x, y = recall(self)
        y *= upstream
        x *= upstream
        dx, dy = y.copy(), x.copy()
        y /= upstream
        x /= upstream
        return dx, dy


# %%
predict_square_dx = np.array(math.prod([2, 2, 3]))


# %%
class CopyGate:
    def forward(self, x):
        return np.array(x), x

    def backward(self, upstream_1, upstream_2):
        dx = np.array(upstream_1)
        dx += upstream_2
        return dx


# %%
class MaxGate:
    def forward(self, x, y):
        remember(self, x, y)
        return (x + y + np.abs(x - y)) / 2

    def backward(self, upstream):
        x, y = recall(self)
        dx = np.array(upstream)
        dx[x <= y] = 0
        return dx, upstream - dx


# %%
def circuit_gradients(x, y, z, w):
    product, larger = MulGate(), MaxGate()
    product.forward(x, y)
    larger.forward(z, w)
    return tuple(np.array(part, dtype=np.float64) for part in (*product.backward(2.0), *larger.backward(2.0)))
