"""Every call clears all gradients first, so that nothing accumulates.

Diagnosis: the gradients of the earlier call were thrown away
Loses: Value.backward
"""

class Value(Value):
    def backward(self):
        order = topological(self)
        for node in order:
            node.grad = 0.0
        self.grad = 1.0
        for node in reversed(order):
            for source, local in node.inputs:
                source.grad += node.grad * local
