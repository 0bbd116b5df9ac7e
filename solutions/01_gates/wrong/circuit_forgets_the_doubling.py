"""The backward pass of the circuit begins at the sum and forgets the factor 2.

Diagnosis: the factor 2 of the circuit is missing from this gradient
Loses: circuit_gradients
"""

def circuit_gradients(x, y, z, w):
    product, larger, total = MulGate(), MaxGate(), AddGate()
    total.forward(product.forward(x, y), larger.forward(z, w))
    d_product, d_larger = total.backward(1.0)
    return (*product.backward(d_product), *larger.backward(d_larger))
