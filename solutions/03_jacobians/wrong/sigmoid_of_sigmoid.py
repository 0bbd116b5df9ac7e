"""The derivative of the sigmoid is evaluated at the output instead of the input.

Diagnosis: the derivative was evaluated at the output instead of the input
Loses: sigmoid_jacobian
"""
import numpy as np

# %%
def sigmoid_jacobian(x):
    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    return np.diag(sigmoid(sigmoid(x)) * (1 - sigmoid(sigmoid(x))))
