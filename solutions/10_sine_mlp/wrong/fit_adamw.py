"""Takes AdamW for Adam, which shrinks the weights in every step.

Diagnosis: the weights shrink as well
Loses: fit
"""

import torch
from torch import nn


def fit(model, x, y, steps, lr):
    optimizer = torch.optim.AdamW(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
