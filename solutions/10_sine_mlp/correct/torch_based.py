"""Part one through torch in float64: autograd for the gradients, tensors for parameters, a 0-d tensor for the loss."""

# %%
import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float32)
predict_flat_loss = torch.tensor(0.495)

ORDER = ["W1", "b1", "W2", "b2"]


# %%
def t64(a):
    return torch.as_tensor(np.array(a), dtype=torch.float64)


def net(w1, b1, w2, b2, x):
    return F.linear(F.relu(F.linear(x, w1, b1)), w2, b2)


def predict(params, x):
    return net(*(t64(params[k]) for k in ORDER), t64(x))


def mse(params, x, y):
    return F.mse_loss(predict(params, x), t64(y))


def gradients(params, x, y):
    leaves = [t64(params[k]).requires_grad_() for k in ORDER]
    grads = torch.autograd.grad(F.mse_loss(net(*leaves, t64(x)), t64(y)), leaves)
    return dict(zip(ORDER, grads))


# %%
def train(x, y, hidden, seed, steps):
    g = torch.Generator().manual_seed(seed)
    x, y = t64(x), t64(y)
    w1 = torch.randn(hidden, 1, generator=g, dtype=torch.float64)
    kinks = (torch.rand(hidden, generator=g, dtype=torch.float64) - 0.5) * 12
    w2 = torch.randn(1, hidden, generator=g, dtype=torch.float64) / hidden**0.5
    leaves = [w1, -w1[:, 0] * kinks, w2, torch.zeros(1, dtype=torch.float64)]
    for leaf in leaves:
        leaf.requires_grad_()
    moments = [(torch.zeros_like(p), torch.zeros_like(p)) for p in leaves]
    losses = []
    for step in range(1, steps + 1):
        loss = F.mse_loss(net(*leaves, x), y)
        grads = torch.autograd.grad(loss, leaves)
        losses.append(loss.detach())
        with torch.no_grad():
            for p, d, (m, v) in zip(leaves, grads, moments):
                m.mul_(0.9).add_(d, alpha=0.1)
                v.mul_(0.999).addcmul_(d, d, value=0.001)
                p -= 0.01 * (m / (1 - 0.9**step)) / ((v / (1 - 0.999**step)).sqrt() + 1e-8)
    return {k: p.detach() for k, p in zip(ORDER, leaves)}, losses


# %%
class Net(torch.nn.Module):
    """Raw parameters instead of layers."""

    def __init__(self, *widths):
        super().__init__()
        for i, (n, m) in enumerate(zip(widths, widths[1:])):
            self.register_parameter(f"w{i}", torch.nn.Parameter((torch.rand(m, n) * 2 - 1) / n**0.5))
            self.register_parameter(f"b{i}", torch.nn.Parameter((torch.rand(m) * 2 - 1) / n**0.5))
        self.depth = len(widths) - 1

    def forward(self, x):
        for i in range(self.depth):
            x = x @ getattr(self, f"w{i}").T + getattr(self, f"b{i}")
            if i < self.depth - 1:
                x = x.clamp(min=0)
        return x


class SineMLP(Net):
    def __init__(self):
        super().__init__(1, 10, 1)


class DeepSineMLP(Net):
    def __init__(self):
        super().__init__(1, 64, 64, 1)


# %%
def fit(model, x, y, steps, lr):
    opt = torch.optim.Adam(model.parameters(), lr=lr)
    losses = []

    def closure():
        opt.zero_grad(set_to_none=True)
        loss = F.mse_loss(model(x), y)
        loss.backward()
        return loss

    for _ in range(steps):
        losses.append(opt.step(closure).detach())
    return losses


# %%
def diagnose(losses):
    v = torch.tensor(losses, dtype=torch.float64)
    if not torch.isfinite(v).all():
        return "unstable"
    low, where = v.min(0)
    if v[where:].max() > 2 * low:
        return "unstable"
    tail = v[-len(v) // 4 :]
    if (tail.max() - tail.min()) / tail.median() > 0.5:
        return "unstable"
    return "stalled" if (v[0] - v[-10:].mean()) / v[0] < 0.05 else "healthy"
