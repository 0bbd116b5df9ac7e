"""Terse: lambdas, booleans as answers, no helper."""
# %%
import numpy as np
# %%
step = lambda z: np.greater_equal(z, 0)
threshold_to_bias = lambda h: -h
# %%
threshold_neuron = lambda w, x, h: x @ w >= h
bias_neuron = lambda w, x, b: x @ w + b >= 0
# %%
predict_jump = -3 / 2
# %%
add_bias_input = lambda X: np.insert(X, 0, 1, axis=-1)
fold_bias = lambda w, b: np.r_[b, w]
# %%
logic_gate = lambda name: {"and": (np.ones(2), -2), "or": (np.ones(2), -1), "nand": (-np.ones(2), 1), "not": (-np.ones(1), 0)}[name]
# %%
xor = lambda x1, x2: x1 != x2
