"""Believes that a bias is always an obstacle, and makes it negative whatever the threshold.

Diagnosis: a negative threshold follows the same rule as a positive one
Loses: threshold_to_bias
"""


def threshold_to_bias(h):
    return -abs(h)
