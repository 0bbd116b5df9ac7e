"""The nodes between keep their gradients, and a second call sends them down once more.

Diagnosis: what the first call left in the nodes between was sent down once more
Loses: Value.backward
"""

class Value(Value):
    def backward(self):
        self.grad = 1.0
        for node in reversed(topological(self)):
            for source, local in node.inputs:
                source.grad += node.grad * local
