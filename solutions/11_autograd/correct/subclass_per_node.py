"""A subclass of Value for every kind of node, with __slots__; numbers are 0-d arrays."""
# %%
import numpy as np


class Value:
    __slots__ = ("data", "grad", "parts")

    def __init__(self, data, *parts):
        self.data = np.array(data, dtype=float)
        self.grad = np.zeros(())
        self.parts = parts

    def local(self):
        return ()

    __add__ = lambda a, b: Sum(a, b)
    __radd__ = lambda a, b: Sum(b, a)
    __sub__ = lambda a, b: Sum(a, -b)
    __rsub__ = lambda a, b: Sum(b, -a)
    __mul__ = lambda a, b: Product(a, b)
    __rmul__ = lambda a, b: Product(b, a)
    __truediv__ = lambda a, b: Quotient(a, b)
    __rtruediv__ = lambda a, b: Quotient(b, a)
    __neg__ = lambda a: Product(a, -1.0)
    __pow__ = lambda a, n: Power(a, n)

    def relu(self):
        return Bent(self)

    def exp(self):
        return Exponential(self)

    def log(self):
        return Logarithm(self)

    def tanh(self):
        return Tangent(self)

    def sigmoid(self):
        return Logistic(self)

    def sorted_nodes(self):
        depth, stack = {}, [self]
        while stack:
            node = stack[-1]
            waiting = [part for part in node.parts if part not in depth]
            if waiting:
                stack.extend(waiting)
            else:
                depth.setdefault(node, len(depth))
                stack.pop()
        return sorted(depth, key=depth.get, reverse=True)

    def backward(self):
        nodes = self.sorted_nodes()
        arrived = {node: 0.0 for node in nodes}
        arrived[self] = 1.0
        for node in nodes:
            for part, slope in zip(node.parts, node.local()):
                arrived[part] += arrived[node] * slope
        for node in nodes:
            node.grad = np.array(node.grad + arrived[node])

    def zero_grad(self):
        for node in self.sorted_nodes():
            node.grad = np.zeros(())


# %%
class Node(Value):
    __slots__ = ()

    def __init__(self, *parts):
        parts = [part if isinstance(part, Value) else Value(part) for part in parts]
        super().__init__(self.value(*[part.data for part in parts]), *parts)

    def local(self):
        return self.slopes(*[part.data for part in self.parts])


class Sum(Node):
    __slots__ = ()
    value = staticmethod(lambda x, y: x + y)
    slopes = staticmethod(lambda x, y: (1.0, 1.0))


class Product(Node):
    __slots__ = ()
    value = staticmethod(lambda x, y: x * y)
    slopes = staticmethod(lambda x, y: (y, x))


class Quotient(Node):
    __slots__ = ()
    value = staticmethod(lambda x, y: x / y)
    slopes = staticmethod(lambda x, y: (1 / y, -x / y**2))


class Bent(Node):
    __slots__ = ()
    value = staticmethod(lambda x: np.where(x > 0, x, 0.0))
    slopes = staticmethod(lambda x: (1.0 * (x > 0),))


class Exponential(Node):
    __slots__ = ()
    value = staticmethod(np.exp)
    slopes = staticmethod(lambda x: (np.exp(x),))


class Logarithm(Node):
    __slots__ = ()
    value = staticmethod(np.log)
    slopes = staticmethod(lambda x: (1 / x,))


class Tangent(Node):
    __slots__ = ()
    value = staticmethod(np.tanh)
    slopes = staticmethod(lambda x: (1 / np.cosh(np.clip(x, -300, 300)) ** 2,))


class Logistic(Node):
    __slots__ = ()
    value = staticmethod(lambda x: np.exp(-np.logaddexp(0, -x)))
    slopes = staticmethod(lambda x: (np.exp(-np.logaddexp(0, -x) - np.logaddexp(0, x)),))


class Power(Value):
    __slots__ = ("exponent",)

    def __init__(self, base, exponent):
        super().__init__(base.data ** float(exponent), base)
        self.exponent = float(exponent)

    def local(self):
        return (self.exponent * self.parts[0].data ** (self.exponent - 1),)


predict_second_backward = np.float64(14)
