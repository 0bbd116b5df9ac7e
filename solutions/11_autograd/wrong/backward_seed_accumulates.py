"""The seed is added to what the last call left in the result, so a second call counts double.

Diagnosis: the second call started from more than 1 at the result
Loses: Value.backward
"""

class Value(Value):
    def backward(self):
        order = topological(self)
        for node in order:
            if node.inputs and node is not self:
                node.grad = 0.0
        self.grad += 1.0
        for node in reversed(order):
            for source, local in node.inputs:
                source.grad += node.grad * local
