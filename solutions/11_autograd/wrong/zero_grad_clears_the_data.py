"""zero_grad sets the numbers themselves to 0 as well.

Loses: Value.zero_grad
"""

class Value(Value):
    def zero_grad(self):
        for node in topological(self):
            node.data = node.grad = 0.0
