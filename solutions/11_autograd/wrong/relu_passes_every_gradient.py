"""ReLU clips the number, but never its gradient.

Loses: Value.relu
"""

class Value(Value):
    def relu(self):
        return Value(max(0.0, self.data), [(self, 1.0)])
