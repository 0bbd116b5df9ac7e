"""Torch throughout: tensors as answers, 0-d tensors for scalars."""
# %%
import numpy as np
import torch

DOUBLE = torch.float64
# %%
def tensor(values):
    return torch.tensor(np.array(values))


def step(z):
    return (tensor(z) >= 0).to(torch.int64)
# %%
def threshold_to_bias(h):
    return -torch.tensor(float(h), dtype=DOUBLE)
# %%
def threshold_neuron(w, x, h):
    return torch.where(tensor(x) @ tensor(w) >= h, 1.0, 0.0)


def bias_neuron(w, x, b):
    return torch.heaviside(tensor(x) @ tensor(w) + b, torch.tensor(1.0, dtype=DOUBLE))
# %%
predict_jump = torch.tensor(-1.5)
# %%
def add_bias_input(X):
    X = tensor(X)
    return torch.cat([torch.ones_like(X[..., :1]), X], dim=-1)


def fold_bias(w, b):
    return torch.cat([torch.tensor([float(b)], dtype=DOUBLE), tensor(w)])
# %%
def logic_gate(name):
    if name == "not":
        return torch.tensor([-1.0], dtype=DOUBLE), torch.tensor(0.25)
    sign, bias = {"and": (1, -1.75), "or": (1, -0.25), "nand": (-1, 1.75)}[name]
    return sign * torch.ones(2, dtype=DOUBLE), torch.tensor(bias)
# %%
def xor(x1, x2):
    x = torch.tensor([[float(x1), float(x2)]], dtype=DOUBLE)
    hidden = torch.stack([bias_neuron(w, x, b) for w, b in map(logic_gate, ("or", "nand"))], dim=-1)
    return bias_neuron(*[logic_gate("and")[0], hidden, logic_gate("and")[1]])[0]
