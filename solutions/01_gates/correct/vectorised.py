"""Plain vectorised NumPy with masks as floats, the way of most lecture notes."""

# %%
import numpy as np


# %%
class AddGate:
    def forward(self, x, y):
        return np.add(x, y)

    def backward(self, upstream):
        return 1.0 * upstream, 1.0 * upstream


# %%
class MulGate:
    def forward(self, x, y):
        self.cache = (np.array(x), np.array(y))
        return np.multiply(x, y)

    def backward(self, upstream):
        x, y = self.cache
        dx = y * upstream
        dy = x * upstream
        return dx, dy


# %%
predict_square_dx = 2 * 3 + 2 * 3


# %%
class CopyGate:
    def forward(self, x):
        return np.copy(x), np.copy(x)

    def backward(self, upstream_1, upstream_2):
        return np.sum([upstream_1, upstream_2], axis=0)


# %%
class MaxGate:
    def forward(self, x, y):
        self.mask = (np.asarray(x) > np.asarray(y)).astype(np.float64)
        return self.mask * x + (1 - self.mask) * y

    def backward(self, upstream):
        return self.mask * upstream, (1 - self.mask) * upstream


# %%
def circuit_gradients(x, y, z, w):
    mul, biggest, add, scale = MulGate(), MaxGate(), AddGate(), MulGate()
    product = mul.forward(x, y)
    maximum = biggest.forward(z, w)
    total = add.forward(product, maximum)
    f = scale.forward(total, 2.0)
    print("f =", f)
    dtotal, _ = scale.backward(1.0)
    dproduct, dmaximum = add.backward(dtotal)
    dx, dy = mul.backward(dproduct)
    dz, dw = biggest.backward(dmaximum)
    return dx, dy, dz, dw
