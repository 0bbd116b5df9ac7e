"""Style: torch everywhere, gradients by its automatic differentiation; tensors are returned as they are."""
import numpy as np
import torch

# %%
def tensor(value):
    return torch.tensor(np.asarray(value), dtype=torch.float64)


def forward(params, x):
    p = {name: tensor(value) for name, value in params.items()}
    hidden = torch.relu(torch.nn.functional.linear(tensor(x), p["W1"], p["b1"]))
    return torch.nn.functional.linear(hidden, p["W2"], p["b2"])


def deep_forward(layers, x):
    parts = []
    for W, b in layers:
        linear = torch.nn.Linear(W.shape[1], W.shape[0], dtype=torch.float64)
        linear.load_state_dict({"weight": tensor(W), "bias": tensor(b)})
        parts += [linear, torch.nn.ReLU()]
    return torch.nn.Sequential(*parts[:-1])(tensor(x))

# %%
def is_additive(f, x1, x2):
    return torch.isclose(tensor(f(x1 + x2)), tensor(f(x1)) + tensor(f(x2)), rtol=1e-9, atol=0.0).all()


predict_collapsed_numbers = torch.tensor(3)


def collapse_linear(layers):
    W, b = map(tensor, layers[-1])
    for V, c in reversed(layers[:-1]):
        W, b = W @ tensor(V), b + W @ tensor(c)
    return W, b

# %%
def backward(params, x, upstream):
    leaves = {name: tensor(value).requires_grad_() for name, value in {**params, "x": x}.items()}
    output = leaves["W2"] @ torch.relu(leaves["W1"] @ leaves["x"] + leaves["b1"]) + leaves["b2"]
    output.backward(tensor(upstream))
    return {name: leaf.grad for name, leaf in leaves.items()}

# %%
def solve_xor():
    linear = torch.nn.Linear(2, 2)
    with torch.no_grad():
        linear.weight.copy_(torch.tensor([[2.0, 2.0], [3.0, 3.0]]))
        linear.bias.copy_(torch.tensor([-1.0, -4.0]))
    return {"W1": linear.weight, "b1": linear.bias, "W2": torch.tensor([[1.0, -2.0]], requires_grad=True), "b2": torch.zeros(1)}
