"""Makes the output layer before the hidden one, so that the parameters are in another order.

Diagnosis: an axis of length 1 is missing or in another place
Loses: SineMLP
"""

import torch
from torch import nn


class SineMLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(10, 1)
        self.hidden = nn.Linear(1, 10)

    def forward(self, x):
        return self.out(torch.relu(self.hidden(x)))
