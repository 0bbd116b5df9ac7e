"""Thinks that a network without weights gets nothing right.

Loses: predict_accuracy_without_weights
"""

predict_accuracy_without_weights = 0.0
