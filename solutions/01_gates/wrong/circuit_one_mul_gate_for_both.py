"""One mul gate object serves both products of the circuit, so that the second forward replaces the first.

Diagnosis: both products of the circuit
Loses: circuit_gradients
"""

def circuit_gradients(x, y, z, w):
    mul, larger, total = MulGate(), MaxGate(), AddGate()
    s = total.forward(mul.forward(x, y), larger.forward(z, w))
    mul.forward(2.0, s)
    _, d_total = mul.backward(1.0)
    d_product, d_larger = total.backward(d_total)
    return (*mul.backward(d_product), *larger.backward(d_larger))
