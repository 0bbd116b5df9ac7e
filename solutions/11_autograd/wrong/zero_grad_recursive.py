"""zero_grad calls itself for every input, so a long chain hits the recursion limit.

Diagnosis: a function called itself too often
Loses: Value.zero_grad
"""

class Value(Value):
    def zero_grad(self):
        self.grad = 0.0
        for source, _ in self.inputs:
            source.zero_grad()
