"""The gradients left in the nodes between are expected to flow down once more.

Loses: predict_second_backward
"""
predict_second_backward = 20.0
