"""A plain number goes through the math module first, whose exponential raises an error at 1000.

Loses: relu, relu_grad, leaky_relu, leaky_relu_grad, prelu, prelu_grad, elu, elu_grad, tanh, tanh_grad, gelu, gelu_grad, silu, silu_grad
"""

import functools


def through_math(function):
    @functools.wraps(function)
    def inner(x, *args, **kwargs):
        if isinstance(x, float):
            math.exp(abs(x))
        return function(x, *args, **kwargs)

    return inner


for name in "relu relu_grad leaky_relu leaky_relu_grad prelu prelu_grad elu elu_grad tanh tanh_grad gelu gelu_grad silu silu_grad".split():
    globals()[name] = through_math(globals()[name])
