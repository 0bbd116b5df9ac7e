"""Style: einsum, and layers as (out + 1, in + 1) matrices that carry the bias along; the collapse is one multi_dot."""
import numpy as np

# %%
def extended(W, b):
    E = np.zeros((W.shape[0] + 1, W.shape[1] + 1))
    E[:-1, :-1], E[:-1, -1], E[-1, -1] = W, b, 1.0
    return E


def deep_forward(layers, x):
    h = np.append(x, 1.0)
    for W, b in layers[:-1]:
        h = np.clip(np.einsum("ij,j->i", extended(W, b), h), 0.0, None)
    return np.einsum("ij,j->i", extended(*layers[-1]), h)[:-1]


def forward(params, x):
    return deep_forward([(params["W1"], params["b1"]), (params["W2"], params["b2"])], x)


def collapse_linear(layers):
    matrices = [extended(W, b) for W, b in layers][::-1]
    E = np.linalg.multi_dot(matrices) if len(matrices) > 1 else matrices[0]
    return E[:-1, :-1], E[:-1, -1]


predict_collapsed_numbers = np.array(3)

# %%
def is_additive(f, x1, x2):
    values = [np.asarray(f(x), dtype=float).ravel() for x in (x1 + x2, x1, x2)]
    gap = np.abs(values[0] - values[1] - values[2])
    size = np.abs(values[0]) + np.abs(values[1]) + np.abs(values[2])
    return float(not np.any(gap > 1e-9 * size))

# %%
def backward(params, x, upstream):
    z = np.einsum("jk,k->j", params["W1"], x) + params["b1"]
    on = np.heaviside(z, 0.0)
    return {
        "W1": np.einsum("i,ij,j,k->jk", upstream, params["W2"], on, x),
        "b1": np.einsum("i,ij,j->j", upstream, params["W2"], on),
        "W2": np.einsum("i,j->ij", upstream, on * z),
        "b2": np.einsum("i->i", upstream),
        "x": np.einsum("i,ij,j,jk->k", upstream, params["W2"], on, params["W1"]),
    }

# %%
def solve_xor():
    return {"W1": np.array([[1.0, -1.0], [1.0, -1.0]]) * [[1], [-1]], "b1": np.array([-0.25, -0.25]), "W2": np.full((1, 2), 1e3), "b2": np.full(1, -9.0)}
