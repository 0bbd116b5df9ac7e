"""Puts the jump at -b, as if the weight were 1.

Diagnosis: the weight is missing
Loses: predict_jump
"""
predict_jump = -3.0
