"""The max gate picks one winner for the whole array instead of one for each entry.

Diagnosis: one input received the whole gradient
Diagnosis: every entry is 0
Loses: MaxGate
"""

import numpy as np


class MaxGate:
    def forward(self, x, y):
        self.x_wins = np.sum(x) > np.sum(y)
        return np.maximum(x, y)

    def backward(self, upstream):
        return (upstream, upstream * 0) if self.x_wins else (upstream * 0, upstream)
