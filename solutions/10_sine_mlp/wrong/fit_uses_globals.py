"""Trains on the notebook's own arrays instead of the x and y that it is given.

Diagnosis: train with the model, x and y
Loses: fit
"""

import torch
from torch import nn

X = torch.linspace(-6.2832, 6.2832, 1000).reshape(-1, 1)
Y = torch.sin(X)


def fit(model, x, y, steps, lr):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(X), Y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
