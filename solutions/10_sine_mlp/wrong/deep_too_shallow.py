"""Counts 1-64-64-1 as one hidden layer of 64 units.

Loses: DeepSineMLP
"""

from torch import nn


class DeepSineMLP(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Linear(1, 64), nn.ReLU(), nn.Linear(64, 1))
