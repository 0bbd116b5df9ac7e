"""Squeezes the output to (N,), which the loss then broadcasts against (N, 1).

Diagnosis: an axis of length 1 is missing or in another place
Loses: SineMLP
"""

import torch
from torch import nn


class SineMLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(1, 10)
        self.out = nn.Linear(10, 1)

    def forward(self, x):
        return self.out(torch.relu(self.hidden(x))).squeeze()
