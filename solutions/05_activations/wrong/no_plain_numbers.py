"""A plain number has no shape.

Loses: relu, relu_grad, leaky_relu, leaky_relu_grad, prelu, prelu_grad, elu, elu_grad, tanh, tanh_grad, gelu, gelu_grad, silu, silu_grad
"""

import functools


def restricted(function):
    @functools.wraps(function)
    def inner(x, *args, **kwargs):
        return np.reshape(function(x, *args, **kwargs), x.shape)

    return inner


for name in "relu relu_grad leaky_relu leaky_relu_grad prelu prelu_grad elu elu_grad tanh tanh_grad gelu gelu_grad silu silu_grad".split():
    globals()[name] = restricted(globals()[name])
