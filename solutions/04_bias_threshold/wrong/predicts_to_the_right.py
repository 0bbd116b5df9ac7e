"""Thinks that a larger bias moves the jump to the right.

Diagnosis: the sign is flipped
Loses: predict_jump
"""
predict_jump = 1.5
