"""zero_grad clears the result and its direct inputs, and goes no deeper.

Diagnosis: the gradients of the call before zero_grad are still in it
Loses: Value.zero_grad
"""

class Value(Value):
    def zero_grad(self):
        self.grad = 0.0
        for source, _ in self.inputs:
            source.grad = 0.0
