"""zero_grad binds a local name instead of changing the nodes.

Diagnosis: the gradients of the call before zero_grad are still in it
Loses: Value.zero_grad
"""

class Value(Value):
    def zero_grad(self):
        for node in topological(self):
            grad = node.grad
            grad = 0.0
