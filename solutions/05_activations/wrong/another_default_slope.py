"""Another default is given to the slope and to alpha than the notebook says.

Loses: leaky_relu, leaky_relu_grad, elu, elu_grad
"""
import numpy as np

# %%
def leaky_relu(x, slope=0.1):
    return np.where(x > 0, x, slope * x)


def leaky_relu_grad(x, slope=0.1):
    return np.where(x > 0, 1.0, slope)


def elu(x, alpha=0.1):
    return np.where(x > 0, x, alpha * np.expm1(x))


def elu_grad(x, alpha=0.1):
    return np.where(x > 0, 1.0, alpha * np.exp(np.minimum(x, 0)))
