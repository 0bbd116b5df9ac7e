"""A power is multiplied out, which only positive whole exponents allow.

Loses: Value.__pow__
"""

class Value(Value):
    def __pow__(self, exponent):
        data = 1.0
        for _ in range(int(exponent)):
            data = data * self.data
        return Value(data, [(self, exponent * data / self.data)])
