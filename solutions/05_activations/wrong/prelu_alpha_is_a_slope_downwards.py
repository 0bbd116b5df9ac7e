"""The learned slope is taken without its sign.

Loses: prelu, prelu_grad
"""

def prelu(x, alpha):
    return np.where(np.asarray(x) > 0, x, abs(alpha) * np.asarray(x))


def prelu_grad(x, alpha):
    return np.where(np.asarray(x) > 0, 1.0, abs(alpha))
