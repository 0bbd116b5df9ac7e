"""An object for each operation, with forward and derivatives; users are counted before gradients flow (Kahn)."""
# %%
import math
from collections import Counter


# %%
class Operation:
    """Base of all."""


class Add(Operation):
    def forward(self, x, y):
        return x + y

    def derivatives(self, out, x, y):
        return 1.0, 1.0


class Sub(Operation):
    def forward(self, x, y):
        return x - y

    def derivatives(self, out, x, y):
        return 1.0, -1.0


class Mul(Operation):
    def forward(self, x, y):
        return x * y

    def derivatives(self, out, x, y):
        return y, x


class Div(Operation):
    def forward(self, x, y):
        return x / y

    def derivatives(self, out, x, y):
        return 1 / y, -out / y


class Power(Operation):
    def __init__(self, exponent):
        self.exponent = exponent

    def forward(self, x):
        return math.pow(x, self.exponent)

    def derivatives(self, out, x):
        return (self.exponent * math.pow(x, self.exponent - 1),)


class Relu(Operation):
    def forward(self, x):
        return max(x, 0.0)

    def derivatives(self, out, x):
        return (float(x > 0),)


class Exp(Operation):
    def forward(self, x):
        return math.exp(x)

    def derivatives(self, out, x):
        return (out,)


class Log(Operation):
    def forward(self, x):
        return math.log(x)

    def derivatives(self, out, x):
        return (1 / x,)


class Tanh(Operation):
    def forward(self, x):
        return math.tanh(x)

    def derivatives(self, out, x):
        return ((1 - out) * (1 + out),)


class Sigmoid(Operation):
    def forward(self, x):
        small = math.exp(-abs(x))
        return (1 if x >= 0 else small) / (1 + small)

    def derivatives(self, out, x):
        small = math.exp(-abs(x))
        return (small / (1 + small) ** 2,)


# %%
class Value:
    def __init__(self, data):
        self.data, self.grad = float(data), 0.0
        self.operation, self.operands = None, []

    @classmethod
    def apply(cls, operation, *operands):
        operands = [o if isinstance(o, Value) else Value(o) for o in operands]
        result = cls(operation.forward(*(o.data for o in operands)))
        result.operation, result.operands = operation, operands
        return result

    def __add__(self, other):
        return Value.apply(Add(), self, other)

    def __radd__(self, other):
        return Value.apply(Add(), other, self)

    def __sub__(self, other):
        return Value.apply(Sub(), self, other)

    def __rsub__(self, other):
        return Value.apply(Sub(), other, self)

    def __mul__(self, other):
        return Value.apply(Mul(), self, other)

    def __rmul__(self, other):
        return Value.apply(Mul(), other, self)

    def __truediv__(self, other):
        return Value.apply(Div(), self, other)

    def __rtruediv__(self, other):
        return Value.apply(Div(), other, self)

    def __neg__(self):
        return 0 - self

    def __pow__(self, exponent):
        return Value.apply(Power(exponent), self)

    def relu(self):
        return Value.apply(Relu(), self)

    def exp(self):
        return Value.apply(Exp(), self)

    def log(self):
        return Value.apply(Log(), self)

    def tanh(self):
        return Value.apply(Tanh(), self)

    def sigmoid(self):
        return Value.apply(Sigmoid(), self)

    def nodes(self):
        found, todo = {id(self): self}, [self]
        while todo:
            for operand in todo.pop().operands:
                if id(operand) not in found:
                    found[id(operand)] = operand
                    todo.append(operand)
        return list(found.values())

    def backward(self):
        users = Counter(id(o) for node in self.nodes() for o in node.operands)
        gradient, ready = Counter({id(self): 1.0}), [self]
        while ready:
            node = ready.pop()
            node.grad += gradient[id(node)]
            if node.operation is None:
                continue
            local = node.operation.derivatives(node.data, *(o.data for o in node.operands))
            for operand, slope in zip(node.operands, local):
                gradient[id(operand)] += slope * gradient[id(node)]
                users[id(operand)] -= 1
                if users[id(operand)] == 0:
                    ready.append(operand)
        return self

    def zero_grad(self):
        for node in self.nodes():
            node.grad = 0
        return self


predict_second_backward = 14.0
