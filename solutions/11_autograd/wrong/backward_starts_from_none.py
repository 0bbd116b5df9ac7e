"""There is no gradient, not 0, before the first backward pass.

Loses: Value.backward
"""

class Value(Value):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.grad = None

    def backward(self):
        upstream = dict.fromkeys(topological(self), 0.0)
        upstream[self] = 1.0
        for node in reversed(topological(self)):
            node.grad = (node.grad or 0.0) + upstream[node]
            for source, local in node.inputs:
                upstream[source] += upstream[node] * local
