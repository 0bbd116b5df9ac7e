"""tanh is written with exponentials that do not fit into a float at 1000.

Diagnosis: an exponential is too large for a float
Loses: Value.tanh
"""

class Value(Value):
    def tanh(self):
        up, down = math.exp(self.data), math.exp(-self.data)
        out = (up - down) / (up + down)
        return Value(out, [(self, 1 - out**2)])
