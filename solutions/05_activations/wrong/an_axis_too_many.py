"""An array without axes comes back with one.

Loses: relu, relu_grad, leaky_relu, leaky_relu_grad, prelu, prelu_grad, elu, elu_grad, tanh, tanh_grad, gelu, gelu_grad, silu, silu_grad
"""

import functools


def restricted(function):
    @functools.wraps(function)
    def inner(x, *args, **kwargs):
        answer = function(x, *args, **kwargs)
        return np.reshape(answer, (1,)) if isinstance(x, np.ndarray) and x.ndim == 0 else answer

    return inner


for name in "relu relu_grad leaky_relu leaky_relu_grad prelu prelu_grad elu elu_grad tanh tanh_grad gelu gelu_grad silu silu_grad".split():
    globals()[name] = restricted(globals()[name])
