"""Thinks that a larger bias moves the jump to the right.

Loses: predict_jump
"""
predict_jump = 1.5
