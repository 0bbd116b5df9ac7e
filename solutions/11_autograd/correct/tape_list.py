"""One global tape: every operation appends an entry, and backward plays the tape from its end."""
# %%
import numpy as np

TAPE = []


class Value:
    def __init__(self, data):
        self.data = np.float64(data)
        self.grad = np.float64(0)
        self.at = len(TAPE)  # entries before this one cannot contain it as a result

    def __repr__(self):
        return f"<{self.data} {self.grad}>"


def lift(x):
    return x if isinstance(x, Value) else Value(x)


def record(data, *pairs):
    result = Value(data)
    TAPE.append((result, pairs))
    return result


def add(a, b):
    a, b = lift(a), lift(b)
    return record(a.data + b.data, (a, 1.0), (b, 1.0))


def sub(a, b):
    a, b = lift(a), lift(b)
    return record(a.data - b.data, (a, 1.0), (b, -1.0))


def mul(a, b):
    a, b = lift(a), lift(b)
    return record(a.data * b.data, (a, b.data), (b, a.data))


def div(a, b):
    a, b = lift(a), lift(b)
    return record(a.data / b.data, (a, 1 / b.data), (b, -a.data / b.data**2))


def sigmoid(a):
    with np.errstate(over="ignore"):
        s = 1 / (1 + np.exp(-a.data))
    return record(s, (a, s * (1 - s)))


def backward(result):
    flowing = {id(result): np.float64(1)}
    leaves = {}
    for node, pairs in reversed(TAPE[: result.at + 1]):
        upstream = flowing.pop(id(node), None)
        leaves.pop(id(node), None)
        if upstream is None:
            continue
        node.grad = node.grad + upstream
        for source, local in pairs:
            flowing[id(source)] = flowing.get(id(source), 0.0) + upstream * local
            leaves[id(source)] = source
    for key, leaf in leaves.items():
        leaf.grad = leaf.grad + flowing[key]


def zero_grad(result):
    below = {id(result)}
    result.grad = np.float64(0)
    for node, pairs in reversed(TAPE[: result.at + 1]):
        if id(node) in below:
            for source, _ in pairs:
                below.add(id(source))
                source.grad = np.float64(0)


Value.__add__ = add
Value.__radd__ = lambda a, b: add(b, a)
Value.__sub__ = sub
Value.__rsub__ = lambda a, b: sub(b, a)
Value.__mul__ = mul
Value.__rmul__ = lambda a, b: mul(b, a)
Value.__truediv__ = div
Value.__rtruediv__ = lambda a, b: div(b, a)
Value.__neg__ = lambda a: record(-a.data, (a, -1.0))
Value.__pow__ = lambda a, n: record(np.power(a.data, float(n)), (a, n * np.power(a.data, float(n) - 1)))
Value.relu = lambda a: record(np.maximum(a.data, 0), (a, np.heaviside(a.data, 0)))
Value.exp = lambda a: record(np.exp(a.data), (a, np.exp(a.data)))
Value.log = lambda a: record(np.log(a.data), (a, 1 / a.data))
Value.tanh = lambda a: record(np.tanh(a.data), (a, 1 - np.tanh(a.data) ** 2))
Value.sigmoid = sigmoid
Value.backward = backward
Value.zero_grad = zero_grad

# %%
predict_second_backward = np.array(14.0)
