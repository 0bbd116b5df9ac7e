"""Style: builds every local Jacobian as a matrix and multiplies; W1 and W2 by finite sums over unit matrices; chatty."""
import math

import numpy as np

DEBUG = True

# %%
def forward(params, x):
    W1, b1, W2, b2 = (np.array(params[k], dtype=float) for k in ("W1", "b1", "W2", "b2"))
    z = W1.dot(x) + b1
    print("preactivations", z)
    gate = np.diag((z > 0).astype(float))
    return W2.dot(gate).dot(z) + b2


def deep_forward(layers, x):
    if len(layers) == 1:
        W, b = layers[0]
        return np.sum(W * x, axis=1) + b
    W, b = layers[0]
    z = np.sum(W * x, axis=1) + b
    return deep_forward(layers[1:], (z + abs(z)) / 2)

# %%
def is_additive(f, x1, x2):
    left = np.ravel(f(x1 + x2))
    right = np.ravel(f(x1)) + np.ravel(f(x2))
    verdict = all(math.isclose(a, b, rel_tol=1e-9) for a, b in zip(left, right))
    if DEBUG:
        print("additive" if verdict else "not additive")
    return verdict


predict_collapsed_numbers = len([["w1", "w2"], ["b"]][0]) + 1

# %%
def collapse_linear(layers):
    n = layers[0][0].shape[1]

    def whole(x):
        for W, b in layers:
            x = W @ x + b
        return x

    b = whole(np.zeros(n))
    return np.stack([whole(e) - b for e in np.eye(n)], axis=1), b

# %%
def backward(params, x, upstream):
    W1, W2 = params["W1"], params["W2"]
    z = W1.dot(x) + params["b1"]
    gate = np.diag(1.0 * (z > 0))
    to_z = W2 @ gate
    grads = {"b2": np.eye(len(upstream)).T @ upstream, "b1": to_z.T @ upstream, "x": (to_z @ W1).T @ upstream}
    grads["W1"] = np.zeros(W1.shape)
    for j, k in np.ndindex(*W1.shape):
        direction = np.zeros(W1.shape)
        direction[j, k] = 1.0
        grads["W1"][j, k] = upstream @ (to_z @ (direction @ x))
    grads["W2"] = np.zeros(W2.shape)
    for i, j in np.ndindex(*W2.shape):
        direction = np.zeros(W2.shape)
        direction[i, j] = 1.0
        grads["W2"][i, j] = upstream @ (direction @ gate @ z)
    return grads

# %%
def solve_xor():
    hidden = [(1.0, 1.0, -0.5), (1.0, 1.0, -1.0)]
    return {
        "W1": np.array([h[:2] for h in hidden]),
        "b1": np.array([h[2] for h in hidden]),
        "W2": np.array([[3.0, -6.0]]),
        "b2": np.array([-0.75]),
    }
