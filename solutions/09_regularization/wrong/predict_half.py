"""Thinks that a network without weights tosses a coin.

Loses: predict_accuracy_without_weights
"""

predict_accuracy_without_weights = 0.5
