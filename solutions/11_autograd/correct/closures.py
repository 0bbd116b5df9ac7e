"""Each operation leaves a closure that hands gradients down; the nodes between are cleared at the start of every call."""
# %%
import math


# %%
class Value:
    def __init__(self, data, children=()):
        self.data = data
        self.grad = 0.0
        self.children = children
        self.push = lambda: None

    @staticmethod
    def wrap(x):
        return x if isinstance(x, Value) else Value(x)

    def __add__(self, other):
        other = Value.wrap(other)
        out = Value(self.data + other.data, (self, other))

        def push():
            self.grad += out.grad
            other.grad += out.grad

        out.push = push
        return out

    def __mul__(self, other):
        other = Value.wrap(other)
        out = Value(self.data * other.data, (self, other))

        def push():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out.push = push
        return out

    def __pow__(self, n):
        out = Value(self.data**n, (self,))

        def push():
            self.grad += n * self.data ** (n - 1) * out.grad

        out.push = push
        return out

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + (-Value.wrap(other))

    def __rsub__(self, other):
        return Value.wrap(other) + (-self)

    def __truediv__(self, other):
        return self * Value.wrap(other) ** -1

    def __rtruediv__(self, other):
        return Value.wrap(other) * self**-1

    __radd__ = __add__
    __rmul__ = __mul__

    def smooth(self, value, slope):
        out = Value(value, (self,))

        def push():
            self.grad += slope * out.grad

        out.push = push
        return out

    def relu(self):
        return self.smooth(self.data if self.data > 0 else 0, 1 if self.data > 0 else 0)

    def exp(self):
        e = math.exp(self.data)
        return self.smooth(e, e)

    def log(self):
        return self.smooth(math.log(self.data), 1 / self.data)

    def tanh(self):
        t = math.tanh(self.data)
        return self.smooth(t, 1 - t * t)

    def sigmoid(self):
        if self.data >= 0:
            s = 1 / (1 + math.exp(-self.data))
        else:
            s = math.exp(self.data) / (1 + math.exp(self.data))
        return self.smooth(s, s * (1 - s))

    def order(self):
        done, seen, todo = [], {self}, [(self, iter(self.children))]
        while todo:
            node, rest = todo[-1]
            for child in rest:
                if child not in seen:
                    seen.add(child)
                    todo.append((child, iter(child.children)))
                    break
            else:
                done.append(node)
                todo.pop()
        return done

    def backward(self):
        order = self.order()
        for node in order:
            if node.children:
                node.grad = 0.0
        self.grad = 1.0
        for node in reversed(order):
            node.push()

    def zero_grad(self):
        for node in self.order():
            node.grad = 0.0


# %%
predict_second_backward = 14
check = Value(3)
result = check * check + check
result.backward()
result.backward()
print("a.grad:", check.grad)
