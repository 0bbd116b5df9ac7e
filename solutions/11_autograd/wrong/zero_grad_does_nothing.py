"""zero_grad binds a local name instead of changing the nodes.

Loses: Value.zero_grad
"""

class Value(Value):
    def zero_grad(self):
        for node in topological(self):
            grad = node.grad
            grad = 0.0
