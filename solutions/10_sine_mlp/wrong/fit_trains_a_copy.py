"""Trains a copy and leaves the model that it was given as it was.

Diagnosis: train with the model, x and y
Diagnosis: no weight of the model has changed
Loses: fit
"""

import copy

import torch
from torch import nn


def fit(model, x, y, steps, lr):
    model = copy.deepcopy(model)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
