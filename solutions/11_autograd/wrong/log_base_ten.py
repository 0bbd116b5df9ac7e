"""The logarithm to base 10 is used, with the derivative of the natural one.

Loses: Value.log
"""

class Value(Value):
    def log(self):
        return Value(math.log10(self.data), [(self, 1 / self.data)])
