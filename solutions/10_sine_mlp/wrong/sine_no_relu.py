"""Stacks two linear layers without the ReLU between them: a straight line.

Diagnosis: there is no ReLU between the layers
Loses: SineMLP
"""

from torch import nn


class SineMLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(1, 10)
        self.out = nn.Linear(10, 1)

    def forward(self, x):
        return self.out(self.hidden(x))
