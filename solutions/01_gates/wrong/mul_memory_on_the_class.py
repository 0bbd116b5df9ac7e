"""The inputs are kept on the class, so that all mul gates share one memory.

Diagnosis: this gate answered with the inputs of another gate
Diagnosis: both products of the circuit
Loses: MulGate, circuit_gradients
"""

class MulGate:
    def forward(self, x, y):
        MulGate.x, MulGate.y = x, y
        return x * y

    def backward(self, upstream):
        return upstream * MulGate.y, upstream * MulGate.x
