"""The bias is folded from the start: every neuron is one product of the widened input, with prints left in."""
# %%
import numpy as np
ONE = np.ones(1)
# %%
def add_bias_input(X):
    if len(X.shape) == 2:
        N = X.shape[0]
        out = np.column_stack([np.ones(N), X])
    else:
        out = np.hstack([ONE, X])
    return out

print(add_bias_input(np.zeros((2, 2))))
# %%
def fold_bias(w, b):
    out = np.zeros(w.size + 1)
    out[0] = b
    out[1:] = w
    return out
# %%
def step(z):
    z = np.array(z, dtype=float)
    result = np.zeros(z.shape)
    result[z >= 0] = 1
    return result
# %%
def threshold_to_bias(h):
    return np.array(-1.0 * h)
# %%
def bias_neuron(w, x, b):
    z = add_bias_input(x).dot(fold_bias(w, b))
    print("z has shape", np.shape(z))
    return step(z)

def threshold_neuron(w, x, h):
    return bias_neuron(w, x, float(threshold_to_bias(h)))
# %%
predict_jump = np.array(-1.5)
# %%
def logic_gate(name):
    thresholds = {"and": 1.5, "or": 0.5, "nand": -1.5, "not": -0.5}
    if name not in thresholds:
        raise KeyError(name)
    w = np.ones(1 if name == "not" else 2)
    if name.startswith("n"):
        w = -w
    return w, threshold_to_bias(thresholds[name])
# %%
def xor(x1, x2):
    # two hidden neurons as one matrix of folded weights
    W = np.array([fold_bias(*logic_gate(g)) for g in ("or", "nand")])
    hidden = step(W @ np.array([1, x1, x2]))
    return step(fold_bias(*logic_gate("and")) @ np.array([1, *hidden]))
