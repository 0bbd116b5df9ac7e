"""As short as it goes: lambdas on classes, closures, setattr and one-liners."""

# %%
from types import SimpleNamespace as N

import numpy as np

AddGate = lambda: N(forward=lambda x, y: x + y, backward=lambda u: (u, u))
CopyGate = lambda: N(forward=lambda x: (x,) * 2, backward=lambda a, b: a + b)


# %%
class MulGate:
    forward = lambda s, x, y: (s.__dict__.update(x=x, y=y), x * y)[1]
    backward = lambda s, u: (u * s.y, u * s.x)


class MaxGate:
    forward = lambda s, x, y: (setattr(s, "m", np.sign(np.subtract(x, y))), np.maximum(x, y))[1]
    backward = lambda s, u: (u * (s.m > 0), u * (s.m < 0))


# %%
predict_square_dx = 1.2e1
circuit_gradients = lambda x, y, z, w: (2 * y, 2 * x, 2 * (z > w), 2 * (w > z))
