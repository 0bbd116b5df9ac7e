"""zero_grad clears the result, but none of the nodes below it.

Diagnosis: the gradients of the call before zero_grad are still in it
Loses: Value.zero_grad
"""

class Value(Value):
    def zero_grad(self):
        self.grad = 0.0
