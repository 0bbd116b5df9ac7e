"""A Value holds a torch number, and torch.autograd.grad does the differentiation."""
# %%
import torch


class Value:
    def __init__(self, number, parents=None):
        if parents is None:
            self.tensor = torch.tensor(float(number), dtype=torch.float64, requires_grad=True)
        else:
            self.tensor = number
        self.parents = parents or ()
        self.grad = torch.zeros((), dtype=torch.float64)

    @property
    def data(self):
        return self.tensor.detach()

    def leaves(self):
        found, nodes, stack = [], {self}, [self]
        while stack:
            node = stack.pop()
            if not node.parents:
                found.append(node)
            for parent in node.parents:
                if parent not in nodes:
                    nodes.add(parent)
                    stack.append(parent)
        return found

    def backward(self):
        leaves = self.leaves()
        gradients = torch.autograd.grad(self.tensor, [leaf.tensor for leaf in leaves], retain_graph=True)
        for leaf, gradient in zip(leaves, gradients):
            leaf.grad = leaf.grad + gradient

    def zero_grad(self):
        for leaf in self.leaves():
            leaf.grad = torch.zeros((), dtype=torch.float64)


def binary(function):
    def method(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(function(self.tensor, other.tensor), (self, other))

    return method


def unary(function):
    return lambda self, *numbers: Value(function(self.tensor, *numbers), (self,))


# %%
Value.__add__ = Value.__radd__ = binary(torch.add)
Value.__mul__ = Value.__rmul__ = binary(torch.mul)
Value.__sub__ = binary(torch.sub)
Value.__rsub__ = binary(lambda a, b: b - a)
Value.__truediv__ = binary(torch.div)
Value.__rtruediv__ = binary(lambda a, b: b / a)
Value.__neg__ = unary(torch.neg)
Value.__pow__ = unary(torch.pow)
for name in ("relu", "exp", "log", "tanh", "sigmoid"):
    setattr(Value, name, unary(getattr(torch, name)))

predict_second_backward = torch.tensor(14.0)
