"""Every result is rounded to a whole number; the gradients are not.

Loses: Value.__add__, Value.__sub__, Value.__mul__, Value.__truediv__, Value.__pow__, Value.relu, Value.exp, Value.log, Value.tanh, Value.sigmoid
"""

class Value(Value):
    def __init__(self, data, *arguments):
        super().__init__(data, *arguments)
        if arguments:
            self.data = float(round(self.data))
