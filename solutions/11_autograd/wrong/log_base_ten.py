"""The logarithm to base 10 is used, with the derivative of the natural one.

Diagnosis: this is the logarithm to base 10
Loses: Value.log
"""

class Value(Value):
    def log(self):
        return Value(math.log10(self.data), [(self, 1 / self.data)])
