"""Only arrays with one axis, in one piece, are taken, and numbers.

Loses: relu, relu_grad, leaky_relu, leaky_relu_grad, prelu, prelu_grad, elu, elu_grad, tanh, tanh_grad, gelu, gelu_grad, silu, silu_grad
"""

import functools


def restricted(function):
    @functools.wraps(function)
    def inner(x, *args, **kwargs):
        if np.ndim(x) > 1:
            raise ValueError("a one-dimensional array is needed")
        return function(x, *args, **kwargs)

    return inner


for name in "relu relu_grad leaky_relu leaky_relu_grad prelu prelu_grad elu elu_grad tanh tanh_grad gelu gelu_grad silu silu_grad".split():
    globals()[name] = restricted(globals()[name])
