"""Everything is computed in float32, the default of torch, and half of the digits are gone.

Diagnosis: the numbers have the precision of float32 only
Loses: gelu
"""
import torch

# %%
def gelu(x):
    return torch.nn.functional.gelu(torch.as_tensor(x, dtype=torch.float32))
