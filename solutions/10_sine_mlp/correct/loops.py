"""Plain Python loops over points and units; parameters, gradients and losses are nested lists and floats."""

# %%
import math
import random

import numpy as np
import torch
import torch.nn as nn

# %%
predict_flat_loss = 0.5


# %%
def predict(params, x):
    answers = []
    for row in x:
        total = float(params["b2"][0])
        for j in range(len(params["b1"])):
            z = float(params["W1"][j][0]) * float(row[0]) + float(params["b1"][j])
            if z > 0:
                total += float(params["W2"][0][j]) * z
        answers.append([total])
    return answers


def mse(params, x, y):
    total = 0.0
    for guess, target in zip(predict(params, x), y):
        total += (guess[0] - float(target[0])) ** 2
    return total / len(x)


# %%
def gradients(params, x, y):
    units = len(params["b1"])
    slopes = [float(row[0]) for row in params["W1"]]
    biases = [float(b) for b in params["b1"]]
    outs = [float(w) for w in params["W2"][0]]
    b2 = float(params["b2"][0])
    g_slopes, g_biases, g_outs, g_b2 = [0.0] * units, [0.0] * units, [0.0] * units, 0.0
    for i in range(len(x)):
        xi, yi = float(x[i][0]), float(y[i][0])
        z = [slopes[j] * xi + biases[j] for j in range(units)]
        guess = b2 + sum(outs[j] * z[j] for j in range(units) if z[j] > 0)
        d = 2 * (guess - yi) / len(x)
        g_b2 += d
        for j in range(units):
            if z[j] > 0:
                g_outs[j] += d * z[j]
                g_biases[j] += d * outs[j]
                g_slopes[j] += d * outs[j] * xi
    return {"W1": [[g] for g in g_slopes], "b1": g_biases, "W2": [g_outs], "b2": [g_b2]}


# %%
def train(x, y, hidden, seed, steps):
    chance = random.Random(seed)
    x = [[float(row[0])] for row in x]
    y = [[float(row[0])] for row in y]
    flat = []
    for j in range(hidden):
        flat.append(chance.choice([-1, 1]) * chance.uniform(0.4, 1))
    for j in range(hidden):
        flat.append(-flat[j] * chance.uniform(-6, 6))
    flat += [chance.uniform(-0.3, 0.3) for _ in range(hidden)] + [0.0]

    def unpack(numbers):
        return {
            "W1": [[w] for w in numbers[:hidden]],
            "b1": numbers[hidden : 2 * hidden],
            "W2": [numbers[2 * hidden : 3 * hidden]],
            "b2": numbers[3 * hidden :],
        }

    m, v, losses = [0.0] * len(flat), [0.0] * len(flat), []
    for t in range(1, steps + 1):
        losses.append(mse(unpack(flat), x, y))
        g = gradients(unpack(flat), x, y)
        g = [row[0] for row in g["W1"]] + g["b1"] + g["W2"][0] + g["b2"]
        for k in range(len(flat)):
            m[k] = 0.9 * m[k] + 0.1 * g[k]
            v[k] = 0.999 * v[k] + 0.001 * g[k] ** 2
            flat[k] -= 0.01 * (m[k] / (1 - 0.9**t)) / (math.sqrt(v[k] / (1 - 0.999**t)) + 1e-8)
    return unpack(flat), losses


# %%
class SineMLP(nn.Module):
    def __init__(self):
        super(SineMLP, self).__init__()
        self.fc1 = nn.Linear(1, 10)
        self.relu = nn.ReLU()
        self.fc2 = nn.Linear(10, 1)

    def forward(self, x):
        out = self.fc1(x)
        out = self.relu(out)
        out = self.fc2(out)
        return out


class DeepSineMLP(nn.Module):
    def __init__(self):
        super(DeepSineMLP, self).__init__()
        self.layers = nn.ModuleList([nn.Linear(1, 64), nn.Linear(64, 64), nn.Linear(64, 1)])

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = nn.functional.relu(layer(x))
        return self.layers[-1](x)


# %%
def fit(model, x, y, steps, lr):
    criterion = nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    losses = []
    for epoch in range(steps):
        model.train()
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if (epoch + 1) % 500 == 0:
            print(f"epoch {epoch + 1}: {loss.item():.4f}")
    return losses


# %%
def diagnose(losses):
    for value in losses:
        if math.isnan(value) or math.isinf(value):
            return "unstable"
    end = losses[-len(losses) // 10 :]
    final = sum(end) / len(end)
    lowest = losses[0]
    for value in losses:
        lowest = min(lowest, value)
        if value > 2 * lowest:
            return "unstable"
    if max(end) - min(end) > 0.5 * final:
        return "unstable"
    if (losses[0] - final) / losses[0] < 0.05:
        return "stalled"
    return "healthy"
