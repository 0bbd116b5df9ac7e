"""Style: finds the XOR weights by random search and its own forward; mutates only copies; matrix-vector products by np.inner."""
import numpy as np

# %%
def forward(params, x):
    h = np.inner(params["W1"], x)
    h += params["b1"]
    h[h < 0] = 0
    out = np.inner(params["W2"], h)
    out += params["b2"]
    return out


def deep_forward(layers, x):
    h = np.array(x)
    last = layers[-1]
    for pair in layers:
        W, b = pair
        h = np.inner(W, h) + b
        if pair is not last:
            h = np.fmax(h, 0)
    return h

# %%
def is_additive(f, x1, x2):
    a, b, c = f(x1), f(x2), f(x1 + x2)
    return np.isclose(np.asarray(a) + b, c, rtol=1e-9, atol=1e-300).all()


predict_collapsed_numbers = 3


def collapse_linear(layers):
    if len(layers) == 1:
        return layers[0]
    (W1, b1), (W2, b2) = layers[:2]
    return collapse_linear([(W2 @ W1, W2 @ b1 + b2)] + layers[2:])

# %%
def backward(params, x, upstream):
    z = np.inner(params["W1"], x) + params["b1"]
    h = z.copy()
    h[h < 0] = 0
    dh = np.tensordot(upstream, params["W2"], axes=1)
    dh[z <= 0] = 0
    grads = {}
    grads["W2"] = np.kron(upstream[:, None], h)
    grads["b2"] = upstream
    grads["W1"] = dh.reshape(-1, 1) @ x.reshape(1, -1)
    grads["b1"] = dh
    grads["x"] = (params["W1"] * dh[:, None]).sum(0)
    return grads

# %%
def solve_xor():
    generator = np.random.default_rng(12)
    inputs, wanted = [(0, 0), (0, 1), (1, 0), (1, 1)], [False, True, True, False]
    while True:
        W1, b1, W2, b2 = (generator.integers(-2, 3, size=s) for s in [(2, 2), (2,), (1, 2), (1,)])
        net = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
        if [bool(forward(net, np.array(p))[0] > 0.5) for p in inputs] == wanted:
            return net
