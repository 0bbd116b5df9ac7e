"""The gradient of x times x is predicted as if x entered the product only once.

Diagnosis: this counts only one of the two paths from x
Loses: predict_square_dx
"""

predict_square_dx = 6.0
