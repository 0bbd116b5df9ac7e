"""Asks for more memory than any machine has.

Added to: right answers
Score: 1
Status: double out_of_memory
Status: apply out_of_memory
"""

# %%
import numpy as np
import torch


def double(x):
    return np.ones(1 << 50)


def apply(f, x):
    return torch.ones(1 << 45)
