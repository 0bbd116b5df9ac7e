"""zero_grad clears the result, but none of the nodes below it.

Loses: Value.zero_grad
"""

class Value(Value):
    def zero_grad(self):
        self.grad = 0.0
