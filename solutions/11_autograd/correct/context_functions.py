"""Written as torch is: functions with a context, forward(ctx, ...) and backward(ctx, upstream), and leaves with an accumulator."""
# %%
import heapq
import itertools
import math

serial = itertools.count()


class Context:
    def save(self, *numbers):
        self.saved = numbers


class Function:
    @classmethod
    def apply(cls, *operands):
        operands = tuple(Value(o) if not isinstance(o, Value) else o for o in operands)
        ctx = Context()
        result = Value(cls.forward(ctx, *[o.data for o in operands]))
        result.history = (cls, ctx, operands)
        return result


# %%
class AddFunction(Function):
    @staticmethod
    def forward(ctx, x, y):
        return x + y

    @staticmethod
    def backward(ctx, upstream):
        return upstream, upstream


class NegFunction(Function):
    @staticmethod
    def forward(ctx, x):
        return -x

    @staticmethod
    def backward(ctx, upstream):
        return (-upstream,)


class MulFunction(Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save(x, y)
        return x * y

    @staticmethod
    def backward(ctx, upstream):
        x, y = ctx.saved
        return upstream * y, upstream * x


class PowFunction(Function):
    @staticmethod
    def forward(ctx, x, n):
        ctx.save(x, n)
        return x**n

    @staticmethod
    def backward(ctx, upstream):
        x, n = ctx.saved
        return upstream * n * x ** (n - 1), 0.0


class ReluFunction(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save(x > 0)
        return x * (x > 0)

    @staticmethod
    def backward(ctx, upstream):
        return (upstream * ctx.saved[0],)


class ExpFunction(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save(math.exp(x))
        return ctx.saved[0]

    @staticmethod
    def backward(ctx, upstream):
        return (upstream * ctx.saved[0],)


class LogFunction(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save(x)
        return math.log(x)

    @staticmethod
    def backward(ctx, upstream):
        return (upstream / ctx.saved[0],)


class TanhFunction(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save(math.tanh(x))
        return ctx.saved[0]

    @staticmethod
    def backward(ctx, upstream):
        return (upstream * (1 - ctx.saved[0] ** 2),)


# %%
class Value:
    def __init__(self, data):
        self.data = data
        self.grad = 0
        self.history = None
        self.serial = next(serial)

    def __add__(self, other):
        return AddFunction.apply(self, other)

    def __neg__(self):
        return NegFunction.apply(self)

    def __mul__(self, other):
        return MulFunction.apply(self, other)

    def __pow__(self, n):
        return PowFunction.apply(self, n)

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __sub__(self, other):
        return self + -other

    def __rsub__(self, other):
        return -self + other

    def __truediv__(self, other):
        return self * (other**-1.0)

    def __rtruediv__(self, other):
        return self**-1.0 * other

    def relu(self):
        return ReluFunction.apply(self)

    def exp(self):
        return ExpFunction.apply(self)

    def log(self):
        return LogFunction.apply(self)

    def tanh(self):
        return TanhFunction.apply(self)

    def sigmoid(self):
        return (self * 0.5).tanh() * 0.5 + 0.5

    def backward(self):
        pending, heap = {self.serial: 1.0}, [(-self.serial, self)]
        while heap:
            _, node = heapq.heappop(heap)
            upstream = pending.pop(node.serial)
            if node.history is None:
                node.grad += upstream
                continue
            function, ctx, operands = node.history
            for operand, gradient in zip(operands, function.backward(ctx, upstream)):
                if operand.serial not in pending:
                    pending[operand.serial] = 0.0
                    heapq.heappush(heap, (-operand.serial, operand))
                pending[operand.serial] += gradient

    def zero_grad(self):
        seen, stack = set(), [self]
        while stack:
            node = stack.pop()
            if node.serial not in seen:
                seen.add(node.serial)
                node.grad = 0
                stack += node.history[2] if node.history else ()


predict_second_backward = 14
