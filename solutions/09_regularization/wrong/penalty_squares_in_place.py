"""Squares the weights in place and so destroys the network it was asked about.

Diagnosis: work on a copy instead of changing the argument
Loses: l2_penalty, total_loss
"""


def l2_penalty(weights, lam):
    total = 0.0
    for W in weights:
        W **= 2
        total += W.sum()
    return lam * total
