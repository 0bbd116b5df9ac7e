"""Each node calls its inputs at once, before all its users have had their turn.

Diagnosis: a node handed on part of its gradient twice
Diagnosis: what the first call left in the nodes between was sent down once more
Diagnosis: a function called itself too often
Loses: Value.backward
"""

class Value(Value):
    def backward(self):
        def visit(node):
            for source, local in node.inputs:
                source.grad += node.grad * local
            for source, _ in node.inputs:
                visit(source)

        self.grad = 1.0
        visit(self)
