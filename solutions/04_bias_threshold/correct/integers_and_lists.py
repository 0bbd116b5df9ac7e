"""Vectorised, integer answers, a module-level table, XOR in one batch product."""
# %%
import numpy as np
# %%
def step(z):
    return np.where(np.signbit(z) & (np.asarray(z) != 0), 0, 1)
# %%
def threshold_to_bias(h): return h * -1
# %%
def z_of(w, x):
    return np.tensordot(x, w, axes=([-1], [0]))

def threshold_neuron(w, x, h):
    return np.asarray(z_of(w, x) >= h, dtype=np.int8)

def bias_neuron(w, x, b):
    return np.asarray(z_of(w, x) >= -b, dtype=np.uint8)
# %%
predict_jump = -1.5
# %%
def add_bias_input(X):
    return np.block([np.ones((*X.shape[:-1], 1)), X])
# %%
def fold_bias(w, b):
    return [b, *w.tolist()]
# %%
TABLE = dict(zip(["and", "or", "nand", "not"], [((1, 1), -1.5), ((1, 1), -0.5), ((-1, -1), 1.5), ((-1,), 0.5)]))

def logic_gate(name):
    w, b = TABLE[name]
    return np.array(w), b
# %%
def xor(x1, x2):
    H = np.array([[1.0, 1.0], [-1.0, -1.0]]) @ [x1, x2] + np.array([-0.5, 1.5])
    return int(step(H).sum() == 2)
