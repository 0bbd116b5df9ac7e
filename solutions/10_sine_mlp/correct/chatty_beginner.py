"""A beginner's notebook: transposed bookkeeping (units first), global helpers, the classic small uniform start, prints everywhere."""

# %%
import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim

print("sin^2 averages to one half")
predict_flat_loss = float(np.mean(np.sin(np.linspace(-2 * np.pi, 2 * np.pi, 100)) ** 2))
print(predict_flat_loss)

# %%
LAST = {}


def predict(params, x):
    Z = params["W1"].dot(x.T) + params["b1"].reshape(-1, 1)
    A = np.maximum(Z, 0)
    out = params["W2"].dot(A) + params["b2"].reshape(1, 1)
    LAST["Z"], LAST["A"] = Z, A
    return out.T


def mse(params, x, y):
    diff = predict(params, x).flatten() - y.flatten()
    return np.sum(diff**2) / len(diff)


def gradients(params, x, y):
    out = predict(params, x)
    Z, A = LAST["Z"], LAST["A"]
    N = x.shape[0]
    dout = (2 * (out - y) / N).T
    dW2 = dout.dot(A.T)
    db2 = np.sum(dout, axis=1)
    dA = params["W2"].T.dot(dout)
    dZ = dA.copy()
    dZ[Z <= 0] = 0
    dW1 = dZ.dot(x)
    db1 = np.sum(dZ, axis=1)
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2, "b": None}


# %%
def train(x, y, hidden, seed, steps):
    np.random.seed(seed)
    params = {}
    params["W1"] = np.random.uniform(-1, 1, (hidden, 1))
    params["b1"] = np.random.uniform(-1, 1, hidden)
    params["W2"] = np.random.uniform(-1, 1, (1, hidden)) / np.sqrt(hidden)
    params["b2"] = np.random.uniform(-1, 1, 1) / np.sqrt(hidden)
    m, v = {}, {}
    for key in params:
        m[key] = np.zeros(params[key].shape)
        v[key] = np.zeros(params[key].shape)
    losses = []
    for i in range(steps):
        grads = gradients(params, x, y)
        for key in params:
            m[key] = 0.9 * m[key] + 0.1 * grads[key]
            v[key] = 0.999 * v[key] + 0.001 * grads[key] * grads[key]
            m_hat = m[key] / (1 - 0.9 ** (i + 1))
            v_hat = v[key] / (1 - 0.999 ** (i + 1))
            params[key] -= 0.01 * m_hat / (np.sqrt(v_hat) + 1e-8)
        losses.append(mse(params, x, y))
        if i % 500 == 0:
            print("step", i, "loss", losses[-1])
    print("final loss", losses[-1])
    return params, tuple(losses)


# %%
class SineMLP(nn.Module):
    def __init__(self):
        nn.Module.__init__(self)
        self.lin1 = nn.Linear(in_features=1, out_features=10)
        self.act = nn.ReLU()
        self.lin2 = nn.Linear(in_features=10, out_features=1)
        print("made a small net")

    def forward(self, inputs):
        return self.lin2(self.act(self.lin1(inputs)))


class DeepSineMLP(nn.Module):
    def __init__(self, hidden_dim=64):
        super().__init__()
        self.layer1 = nn.Linear(1, hidden_dim)
        self.act1 = nn.ReLU()
        self.layer2 = nn.Linear(hidden_dim, hidden_dim)
        self.act2 = nn.ReLU()
        self.output = nn.Linear(hidden_dim, 1)

    def forward(self, inputs):
        h1 = self.act1(self.layer1(inputs))
        h2 = self.act2(self.layer2(h1))
        return self.output(h2)


# %%
def fit(model, x, y, steps, lr):
    optimizer = optim.Adam(model.parameters(), lr=lr, betas=(0.9, 0.999), eps=1e-8)
    loss_function = nn.MSELoss(reduction="mean")
    loss_list = []
    for epoch in range(1, steps + 1):
        predictions = model(x)
        loss = loss_function(predictions, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            loss_list.append(loss_function(model(x), y).item())
    model.eval()
    return loss_list


# %%
def diagnose(losses):
    losses = list(losses)
    for l in losses:
        if not np.isfinite(l):
            return "unstable"
    final = np.mean(losses[-30:])
    wiggle = max(losses[-30:]) - min(losses[-30:])
    lowest_position = losses.index(min(losses))
    highest_after = max(losses[lowest_position:])
    if wiggle > final * 0.5:
        return "unstable"
    elif highest_after > 2 * min(losses):
        return "unstable"
    elif losses[0] - final < 0.05 * losses[0]:
        return "stalled"
    else:
        return "healthy"
