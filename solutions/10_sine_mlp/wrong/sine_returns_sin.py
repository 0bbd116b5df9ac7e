"""Answers with the sine itself instead of a network.

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
        return torch.sin(x) + 0 * self.out(self.hidden(x))
