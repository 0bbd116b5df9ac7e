"""The second call is expected to overwrite the first one.

Loses: predict_second_backward
"""
predict_second_backward = 7.0
