"""Other valid gates: uneven weights, ties at the corners, XOR as "x1 and not x2, or x2 and not x1"."""
# %%
import math

import numpy as np
# %%
def step(z):
    return 1 - (np.asarray(z) < 0)
# %%
def threshold_to_bias(h):
    return -float(h)
# %%
def threshold_neuron(w, x, h):
    return 1 - (np.sum(w * x, axis=-1) < h).astype(int)
# %%
def bias_neuron(w, x, b):
    rows = np.atleast_2d(x)
    answers = [float(math.fsum([*(row * w), b]) >= 0) for row in rows]
    return answers[0] if x.ndim == 1 else np.array(answers)
# %%
predict_jump = -1.5
# %%
def add_bias_input(X):
    pad = [(0, 0)] * (X.ndim - 1) + [(1, 0)]
    return np.pad(X, pad, constant_values=1.0)
# %%
def fold_bias(w, b):
    return np.concatenate((np.full(1, b), w))
# %%
def logic_gate(name):
    match name:
        case "and":
            return np.array([0.1, 0.2]), -0.3
        case "or":
            return np.array([3.0, 5.0]), -3.0
        case "nand":
            return np.array([-2.0, -3.0]), 4.0
        case "not":
            return np.array([-10.0]), 0.0
        case _:
            raise ValueError(f"{name!r} is not a gate")
# %%
def xor(x1, x2):
    x = np.array([x1, x2], dtype=float)
    only_first = bias_neuron(np.array([1.0, -1.0]), x, -1.0)
    only_second = bias_neuron(np.array([-1.0, 1.0]), x, -1.0)
    return bias_neuron(np.array([1.0, 1.0]), np.array([only_first, only_second]), -1.0)
