"""The backward pass of the circuit begins with the value of f instead of with 1.

Diagnosis: the backward pass started with the value of f
Loses: circuit_gradients
"""

def circuit_gradients(x, y, z, w):
    product, larger, total, doubling = MulGate(), MaxGate(), AddGate(), MulGate()
    f = doubling.forward(2.0, total.forward(product.forward(x, y), larger.forward(z, w)))
    _, d_total = doubling.backward(f)
    d_product, d_larger = total.backward(d_total)
    return (*product.backward(d_product), *larger.backward(d_larger))
