"""Computes the targets as sin(x) instead of using the y that it is given.

Diagnosis: train with the model, x and y
Loses: fit
"""

import torch
from torch import nn


def fit(model, x, y, steps, lr):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x), torch.sin(x))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
