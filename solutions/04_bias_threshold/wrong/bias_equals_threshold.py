"""Renames the threshold to bias, without the change of sign.

Diagnosis: this is still the threshold
Loses: threshold_to_bias
"""


def threshold_to_bias(h):
    return h
