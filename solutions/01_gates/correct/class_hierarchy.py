"""A base class that caches, local gradients as methods, dataclass-like bookkeeping and a tape for the circuit."""

# %%
from abc import ABC, abstractmethod

import numpy as np


# %%
class Gate(ABC):
    """downstream = upstream times local, for every input."""

    def __init__(self, name="gate"):
        self.name = name
        self.inputs = None

    def forward(self, *inputs):
        self.inputs = tuple(np.array(value, dtype=np.float64) for value in inputs)
        return self.compute(*self.inputs)

    def backward(self, upstream):
        assert self.inputs is not None, "forward comes first"
        return tuple(np.asarray(upstream) * local for local in self.local(*self.inputs))

    @abstractmethod
    def compute(self, *inputs): ...

    @abstractmethod
    def local(self, *inputs): ...


class AddGate(Gate):
    def compute(self, x, y):
        return x + y

    def local(self, x, y):
        return np.ones_like(x), np.ones_like(y)


class MulGate(Gate):
    def compute(self, x, y):
        return x * y

    def local(self, x, y):
        return y, x


class MaxGate(Gate):
    def compute(self, x, y):
        return np.where(x >= y, x, y)

    def local(self, x, y):
        return (x > y).astype(float), (y > x).astype(float)


class CopyGate(Gate):
    def compute(self, x):
        return x.copy(), x.copy()

    def local(self, x):
        return (np.ones_like(x),)

    def backward(self, upstream_1, upstream_2):
        (first,) = super().backward(upstream_1)
        (second,) = super().backward(upstream_2)
        return first + second


# %%
def prediction():
    copy, product = CopyGate("copy"), MulGate("product")
    product.forward(*copy.forward(3.0))
    return copy.backward(*product.backward(2.0))


predict_square_dx = float(prediction())


# %%
class Circuit:
    """f = 2 (x y + max(z, w)), the doubling done by a copy gate and an add gate."""

    def __init__(self):
        self.product, self.larger, self.total = MulGate("product"), MaxGate("larger"), AddGate("total")
        self.twice, self.double = CopyGate("twice"), AddGate("double")

    def forward(self, x, y, z, w):
        inner = self.total.forward(self.product.forward(x, y), self.larger.forward(z, w))
        return self.double.forward(*self.twice.forward(inner))

    def backward(self, upstream=1.0):
        inner = self.twice.backward(*self.double.backward(upstream))
        to_product, to_larger = self.total.backward(inner)
        return self.product.backward(to_product) + self.larger.backward(to_larger)


def circuit_gradients(x, y, z, w):
    circuit = Circuit()
    circuit.forward(x, y, z, w)
    return circuit.backward()
