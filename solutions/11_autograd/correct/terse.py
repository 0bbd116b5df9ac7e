"""Everything as short as it gets: one constructor for all operations, lambdas, serial numbers for the order."""
# %%
import math
from itertools import count

clock = count()


class Value:
    def __init__(self, d, *ins):
        self.data, self.grad, self.ins, self.t = d, 0.0, ins, next(clock)

    def below(self):
        seen, todo = {self}, [self]
        while todo:
            new = {i for i, _ in todo.pop().ins} - seen
            seen |= new
            todo += new
        return sorted(seen, key=lambda v: -v.t)

    def backward(self):
        g = {self: 1.0}
        for v in self.below():
            v.grad += g[v]
            for i, d in v.ins:
                g[i] = g.get(i, 0.0) + g[v] * d

    def zero_grad(self):
        for v in self.below():
            v.grad = 0.0


V = lambda x: x if isinstance(x, Value) else Value(x)
two = lambda f, df: lambda a, b: (lambda a, b: Value(f(a.data, b.data), *zip((a, b), df(a.data, b.data))))(V(a), V(b))
one = lambda f, df: lambda a: Value(f(a.data), (a, df(a.data)))
sig = lambda x: (1 + math.tanh(x / 2)) / 2
for n, f, df in [("add", lambda x, y: x + y, lambda x, y: (1, 1)), ("sub", lambda x, y: x - y, lambda x, y: (1, -1)),
                 ("mul", lambda x, y: x * y, lambda x, y: (y, x)), ("truediv", lambda x, y: x / y, lambda x, y: (1 / y, -x / y / y))]:
    setattr(Value, f"__{n}__", two(f, df))
    setattr(Value, f"__r{n}__", lambda a, b, op=two(f, df): op(b, a))
for n, f, df in [("__neg__", lambda x: -x, lambda x: -1), ("relu", lambda x: max(x, 0), lambda x: int(x > 0)), ("exp", math.exp, math.exp),
                 ("log", math.log, lambda x: 1 / x), ("tanh", math.tanh, lambda x: 1 - math.tanh(x) ** 2), ("sigmoid", sig, lambda x: sig(x) * sig(-x))]:
    setattr(Value, n, one(f, df))
Value.__pow__ = lambda a, n: one(lambda x: x**n, lambda x: n * x ** (n - 1))(a)
predict_second_backward = 14
