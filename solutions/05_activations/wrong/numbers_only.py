"""An `if` on x decides, which works for one number and not for an array.

Diagnosis: `if`, `and`, `or` and `max` want one truth va
Loses: relu, relu_grad, leaky_relu
"""

# %%
def relu(x):
    return x if x > 0 else 0.0


def relu_grad(x):
    return 1.0 if x > 0 else 0.0


def leaky_relu(x, slope=0.01):
    return x if x > 0 else slope * x
