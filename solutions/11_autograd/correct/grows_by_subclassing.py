"""The class grows from cell to cell, each adding methods to the last; prints while it works; gradients kept in plain lists."""
# %%
import math


class Value:
    def __init__(self, number, inputs=()):
        self.data, self.box, self.inputs = float(number), [0.0], inputs

    @property
    def grad(self):
        return self.box[0]

    @grad.setter
    def grad(self, number):
        self.box[0] = number


def unpack(x):
    return (x, x.data) if isinstance(x, Value) else (None, x)


def node(data, *pairs):
    return Value(data, [(v, d) for v, d in pairs if v is not None])


# %%
class Value(Value):
    def __add__(self, other):
        v, y = unpack(other)
        return node(self.data + y, (self, 1), (v, 1))

    def __mul__(self, other):
        v, y = unpack(other)
        return node(self.data * y, (self, y), (v, self.data))

    __radd__, __rmul__ = __add__, __mul__


# %%
class Value(Value):
    def __neg__(self):
        return node(-self.data, (self, -1))

    def __sub__(self, other):
        return self + (-1) * other

    def __rsub__(self, other):
        return other + (-1) * self

    def __pow__(self, n):
        return node(self.data**n, (self, n * self.data**n / self.data))

    def __truediv__(self, other):
        v, y = unpack(other)
        return node(self.data / y, (self, 1 / y), (v, -self.data / y**2))

    def __rtruediv__(self, other):
        return node(other / self.data, (self, -other / self.data**2))


# %%
class Value(Value):
    def relu(self):
        return node(self.data, (self, 1)) if self.data > 0 else node(0, (self, 0))

    def exp(self):
        return node(math.exp(self.data), (self, math.exp(self.data)))

    def log(self):
        return node(math.log(self.data), (self, self.data**-1))

    def tanh(self):
        return 2 * (2 * self).sigmoid() - 1

    def sigmoid(self):
        s = math.exp(min(self.data, 0)) / (math.exp(-abs(self.data)) + 1)
        return node(s, (self, s - s * s))


# %%
class Value(Value):
    def walk(self):
        stack = [self]
        users = {self: 0}
        while stack:
            for source, _ in stack.pop().inputs:
                if source not in users:
                    users[source] = 0
                    stack.append(source)
                users[source] += 1
        order = [self]
        for current in order:
            for source, _ in current.inputs:
                users[source] -= 1
                if users[source] == 0:
                    order.append(source)
        return order

    def backward(self):
        print("backward from", self.data)
        order = self.walk()
        kept = [(v, v.grad) for v in order]
        for v in order:
            v.grad = 0.0
        self.grad = 1.0
        for v in order:
            for source, d in v.inputs:
                source.grad += v.grad * d
        for v, old in kept:
            v.grad += old
        return [v.grad for v in order[:3]]

    def zero_grad(self):
        for v in self.walk():
            v.grad = 0


predict_second_backward = 14.0
