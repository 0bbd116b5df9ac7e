"""Everything through torch in float64: autograd for the gradients, tensors as answers, nn.Module and torch.optim for training."""

# %%
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

predict_accuracy_without_weights = torch.tensor(0.75)
ORDER = ["W1", "b1", "W2", "b2"]


# %%
def t64(a):
    return torch.as_tensor(np.array(a), dtype=torch.float64)


def net(w1, b1, w2, b2, x):
    return F.linear(F.relu(F.linear(x, w1, b1)), w2, b2)


def l2_penalty(weights, lam):
    return lam * sum(t64(w).square().sum() for w in weights)


def accuracy(params, X, y):
    scores = net(*(t64(params[k]) for k in ORDER), t64(X))
    return (scores.argmax(dim=1) == torch.as_tensor(np.array(y))).double().mean()


def objective(leaves, X, y, lam):
    return F.cross_entropy(net(*leaves, t64(X)), torch.as_tensor(np.array(y))) + lam * (leaves[0].pow(2).sum() + leaves[2].pow(2).sum())


def total_loss(params, X, y, lam):
    return objective([t64(params[k]) for k in ORDER], X, y, lam)


def total_gradients(params, X, y, lam):
    leaves = [t64(params[k]).requires_grad_() for k in ORDER]
    objective(leaves, X, y, lam).backward()
    return {k: leaf.grad for k, leaf in zip(ORDER, leaves)}


# %%
class Net(nn.Module):
    def __init__(self, inputs, hidden):
        super().__init__()
        self.one = nn.Linear(inputs, hidden, dtype=torch.float64)
        self.two = nn.Linear(hidden, 2, dtype=torch.float64)

    def forward(self, x):
        return self.two(torch.relu(self.one(x)))


def train(X, y, hidden, lam, seed, steps):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = Net(X.shape[1], hidden)
    groups = [
        {"params": [model.one.weight, model.two.weight], "weight_decay": 2 * lam},
        {"params": [model.one.bias, model.two.bias], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.SGD(groups, lr=0.2, momentum=0.9)
    x, t = t64(X), torch.as_tensor(np.array(y))
    for _ in range(steps):
        optimizer.zero_grad()
        F.cross_entropy(model(x), t).backward()
        optimizer.step()
    return {k: p.detach() for k, p in zip(ORDER, model.parameters())}
