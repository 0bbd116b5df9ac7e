"""Style: torch's own functions and its automatic differentiation; tensors are returned as they are, with 0-d tensors for scalars."""
import numpy as np
import torch
import torch.nn.functional as F

# %%
def tensor(x):
    return torch.tensor(np.asarray(x), dtype=torch.float64)


def derivative(function, x):
    t = tensor(x).requires_grad_()
    return torch.autograd.grad(function(t).sum(), t)[0]

# %%
def relu(x):
    return F.relu(tensor(x))


def relu_grad(x):
    return derivative(F.relu, x)


def leaky_relu(x, slope=0.01):
    return F.leaky_relu(tensor(x), slope)


def leaky_relu_grad(x, slope=0.01):
    return derivative(lambda t: F.leaky_relu(t, slope), x)


def prelu(x, alpha):
    return F.prelu(tensor(x), tensor(alpha))


def prelu_grad(x, alpha):
    return derivative(lambda t: F.prelu(t, tensor(alpha)), x)


def elu(x, alpha=1.0):
    return F.elu(tensor(x), alpha=alpha)


def elu_grad(x, alpha=1.0):
    return derivative(lambda t: F.elu(t, alpha=alpha), x)


def tanh(x):
    return torch.tanh(tensor(x))


def tanh_grad(x):
    return derivative(torch.tanh, x)


def gelu(x):
    return F.gelu(tensor(x))


def gelu_grad(x):
    return derivative(F.gelu, x)


def silu(x):
    return F.silu(tensor(x))


def silu_grad(x):
    return derivative(F.silu, x)

# %%
predict_falling_curves = torch.tensor(2)


def recommend(situation):
    return {
        "baseline": F.relu, "dead_units": F.leaky_relu, "stable_deep": F.elu, "transformer": F.gelu,
        "efficient_vision": F.silu, "binary_output": F.sigmoid, "zero_centred_recurrent": F.tanh,
    }[situation].__name__


def dead_fraction(X, W, b):
    z = F.relu(F.linear(tensor(X), tensor(W), tensor(b)))
    return (z.sum(dim=0) == 0).double().mean()


def prelu_backward(x, alpha, upstream):
    t, a = tensor(x).requires_grad_(), tensor(alpha).requires_grad_()
    torch.where(t > 0, t, a * t).backward(tensor(upstream))
    return [t.grad, a.grad]
