"""The add gate shares the upstream gradient out between its inputs.

Diagnosis: the gradient is halved
Diagnosis: the factor 2 of the circuit is missing from this gradient
Diagnosis: every entry is exactly half
Loses: AddGate, circuit_gradients
"""

class AddGate:
    def forward(self, x, y):
        return x + y

    def backward(self, upstream):
        return upstream / 2, upstream / 2
