"""Arrays are cleared once they have been used, and views are refused.

Loses: dead_fraction, prelu_backward
"""

dead_share, both_gradients = dead_fraction, prelu_backward


def dead_fraction(X, W, b):
    share = dead_share(X, W, b)
    b += 1.0
    return share


def prelu_backward(x, alpha, upstream):
    if not x.flags["C_CONTIGUOUS"]:
        raise ValueError("the entries must lie side by side")
    dx, dalpha = both_gradients(x, alpha, upstream)
    upstream *= 2
    return dx, dalpha
