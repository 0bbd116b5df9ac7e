"""The built-in comparison is used, which works for numbers but not for arrays.

Diagnosis: `if`, `and`, `or` and `max` want one truth va
Loses: MaxGate
"""

class MaxGate:
    def forward(self, x, y):
        self.x, self.y = x, y
        return max(x, y)

    def backward(self, upstream):
        if self.x > self.y:
            return upstream, 0.0 * upstream
        return 0.0 * upstream, upstream
