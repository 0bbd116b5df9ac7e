"""The derivatives are written into x, and the answer is made of it.

Loses: relu_jacobian, max_jacobian, sigmoid_jacobian, softmax_jacobian, to_denominator_layout
"""

import functools


def clearing(function):
    @functools.wraps(function)
    def inner(x, *others):
        answer = np.array(function(x, *others))
        x[...] = 0.0
        return answer

    return inner


for name in ("relu_jacobian", "max_jacobian", "sigmoid_jacobian", "softmax_jacobian", "to_denominator_layout"):
    globals()[name] = clearing(globals()[name])
