"""Explicit loops over the entries; a scalar is a list of one; answers are filled arrays."""

# %%
import numpy as np


def entries(value):
    return [float(entry) for entry in np.asarray(value).ravel()]


def refill(numbers, like):
    answer = np.empty(np.shape(like))
    flat = answer.reshape(-1)
    for i in range(len(numbers)):
        flat[i] = numbers[i]
    return answer


# %%
class AddGate:
    def forward(self, x, y):
        return refill([a + b for a, b in zip(entries(x), entries(y))], x)

    def backward(self, upstream):
        return [refill(entries(upstream), upstream), refill(entries(upstream), upstream)]


# %%
class MulGate:
    def __init__(self):
        self.xs = []
        self.ys = []

    def forward(self, x, y):
        self.xs = entries(x)
        self.ys = entries(y)
        result = []
        for i in range(len(self.xs)):
            result.append(self.xs[i] * self.ys[i])
        return refill(result, x)

    def backward(self, upstream):
        dx, dy = [], []
        for i, u in enumerate(entries(upstream)):
            dx.append(u * self.ys[i])
            dy.append(u * self.xs[i])
        return [refill(dx, upstream), refill(dy, upstream)]


# %%
predict_square_dx = 12


# %%
class CopyGate:
    def forward(self, x):
        return [x, x]

    def backward(self, upstream_1, upstream_2):
        total = []
        for a, b in zip(entries(upstream_1), entries(upstream_2)):
            total.append(a + b)
        return refill(total, upstream_1)


# %%
class MaxGate:
    def forward(self, x, y):
        self.pairs = list(zip(entries(x), entries(y)))
        result = []
        for a, b in self.pairs:
            if a > b:
                result.append(a)
            else:
                result.append(b)
        return refill(result, x)

    def backward(self, upstream):
        dx, dy = [], []
        for (a, b), u in zip(self.pairs, entries(upstream)):
            if a > b:
                dx.append(u)
                dy.append(0.0)
            elif b > a:
                dx.append(0.0)
                dy.append(u)
            else:
                dx.append(0.0)
                dy.append(0.0)
        return [refill(dx, upstream), refill(dy, upstream)]


# %%
def circuit_gradients(x, y, z, w):
    gates = {"mul": MulGate(), "max": MaxGate(), "add": AddGate()}
    s = gates["add"].forward(gates["mul"].forward(x, y), gates["max"].forward(z, w))
    print("sum:", s)
    to_mul, to_max = gates["add"].backward(2.0)
    answer = []
    for gate, upstream in (("mul", to_mul), ("max", to_max)):
        for gradient in gates[gate].backward(upstream):
            answer.append(gradient)
    return answer
