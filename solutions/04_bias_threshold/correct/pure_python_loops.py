"""Loops and lists: the student thinks in Python numbers and returns nested lists."""
# %%
import numpy as np
# %%
def step(z):
    if np.ndim(z) == 0:
        if z >= 0:
            return 1
        else:
            return 0
    answer = []
    for entry in z:
        answer.append(step(entry))
    return answer
# %%
def threshold_to_bias(h):
    b = 0 - h
    return b
# %%
def weighted_sum(w, row):
    total = 0.0
    for i in range(len(w)):
        total += float(w[i]) * float(row[i])
    return total


def threshold_neuron(w, x, h):
    if x.ndim == 1:
        return 1 if weighted_sum(w, x) >= h else 0
    return [1 if weighted_sum(w, row) >= h else 0 for row in x]
# %%
def bias_neuron(w, x, b):
    if x.ndim == 1:
        return step(weighted_sum(w, x) + b)
    result = []
    for row in x:
        result.append(step(weighted_sum(w, row) + b))
    return result
# %%
# 2x + 3 = 0
predict_jump = -1.5
# %%
def add_bias_input(X):
    if X.ndim == 1:
        return [1.0] + list(X)
    return [[1.0] + list(row) for row in X]
# %%
def fold_bias(w, b):
    folded = [b]
    for weight in w:
        folded.append(float(weight))
    return folded
# %%
def logic_gate(name):
    if name == "and":
        return [2, 2], -3
    if name == "or":
        return [2, 2], -1
    if name == "nand":
        return [-2, -2], 3
    if name == "not":
        return [-2], 1
    raise ValueError("unknown gate " + str(name))
# %%
def xor(x1, x2):
    w_or, b_or = logic_gate("or")
    w_nand, b_nand = logic_gate("nand")
    w_and, b_and = logic_gate("and")
    x = np.array([x1, x2])
    first = bias_neuron(w_or, x, b_or)
    second = bias_neuron(w_nand, x, b_nand)
    return bias_neuron(w_and, np.array([first, second]), b_and)
