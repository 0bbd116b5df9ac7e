"""Style: one-line lambdas; the two-layer network is a deep one; booleans used as numbers."""
import functools as ft
import numpy as np

# %%
relu = lambda z: z * (z > 0)
deep_forward = lambda layers, x: ft.reduce(lambda h, l: l[0] @ relu(h) + l[1], layers[1:], layers[0][0] @ x + layers[0][1])
forward = lambda p, x: deep_forward([(p["W1"], p["b1"]), (p["W2"], p["b2"])], x)
is_additive = lambda f, x1, x2: np.allclose(f(x2) + f(x1), f(x2 + x1), rtol=1e-9)
predict_collapsed_numbers = 2 + 1
collapse_linear = lambda layers: ft.reduce(lambda a, l: (l[0] @ a[0], l[0] @ a[1] + l[1]), layers)


def backward(p, x, upstream):
    z = p["W1"] @ x + p["b1"]
    d = upstream @ p["W2"] * (z > 0)
    return dict(W1=d[:, None] * x, b1=d, W2=upstream[:, None] * relu(z), b2=1 * upstream, x=d @ p["W1"])


solve_xor = lambda: dict(W1=np.ones((2, 2)), b1=np.r_[0, -1], W2=np.array([[1, -2]]), b2=np.zeros(1, int))
