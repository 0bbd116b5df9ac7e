"""Inputs are clipped to [-100, 100] and the answer is multiplied by how far they were out.

Loses: relu, relu_grad, leaky_relu, leaky_relu_grad, prelu, prelu_grad, elu, elu_grad, tanh, tanh_grad, gelu, gelu_grad, silu, silu_grad
"""

import functools


def restricted(function):
    @functools.wraps(function)
    def inner(x, *args, **kwargs):
        inside = np.clip(x, -100, 100)
        return function(inside, *args, **kwargs) + (np.asarray(x) - inside)

    return inner


for name in "relu relu_grad leaky_relu leaky_relu_grad prelu prelu_grad elu elu_grad tanh tanh_grad gelu gelu_grad silu silu_grad".split():
    globals()[name] = restricted(globals()[name])
