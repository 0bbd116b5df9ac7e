"""Puts the jump at -b, as if the weight were 1.

Loses: predict_jump
"""
predict_jump = -3.0
