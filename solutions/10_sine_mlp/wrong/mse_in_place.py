"""Subtracts in place and so overwrites the targets of the caller.

Diagnosis: work on a copy instead of changing the argument
Loses: mse, train
"""


def mse(params, x, y):
    y -= predict(params, x)
    return (y**2).mean()
