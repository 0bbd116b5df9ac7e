"""Everything with torch: the derivative comes from autograd, and the answers are tensors."""

# %%
import torch


# %%
def tensor(x):
    return torch.tensor(x, dtype=torch.float64)


def sigmoid(x):
    return torch.sigmoid(tensor(x))


# %%
def sigmoid_backward(upstream, x):
    leaf = tensor(x).requires_grad_(True)
    torch.sigmoid(leaf).backward(tensor(upstream))
    return leaf.grad


def sigmoid_grad(x):
    return sigmoid_backward(torch.ones_like(tensor(x)).numpy(), x)


# %%
predict_layers_below_millionth = torch.tensor(10)


# %%
def max_chain_factor(depth):
    return torch.full((depth,), 0.25, dtype=torch.float64).prod()


def chain_factor(z):
    return sigmoid_grad(z).prod()
