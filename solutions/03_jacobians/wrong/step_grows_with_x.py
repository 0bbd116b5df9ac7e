"""The step is scaled with the size of x although the question asks for exactly h.

Diagnosis: the step grows with the size of x
Loses: numerical_jacobian
"""
import numpy as np

# %%
def numerical_jacobian(f, x, h=1e-5):
    steps = h * np.maximum(1, np.abs(x))
    return np.stack([(f(x + d) - f(x - d)) / (2 * step) for step, d in zip(steps, np.diag(steps))], axis=1)
