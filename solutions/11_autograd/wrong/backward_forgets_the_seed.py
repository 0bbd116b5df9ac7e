"""The derivative of the result by itself is never set to 1, so that only zeros flow.

Diagnosis: no gradient arrived
Loses: Value.__add__, Value.__sub__, Value.__mul__, Value.__truediv__, Value.__pow__, Value.relu, Value.exp, Value.log, Value.tanh, Value.sigmoid, Value.backward, Value.zero_grad
"""

class Value(Value):
    def backward(self):
        for node in reversed(topological(self)):
            for source, local in node.inputs:
                source.grad += node.grad * local
