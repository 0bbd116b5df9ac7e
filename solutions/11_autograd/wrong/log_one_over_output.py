"""The derivative of the logarithm is taken as one over the output.

Diagnosis: the output was taken for the input
Loses: Value.log
"""

class Value(Value):
    def log(self):
        out = math.log(self.data)
        return Value(out, [(self, 1 / out if out else 0.0)])
