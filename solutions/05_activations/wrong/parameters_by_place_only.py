"""Parameters have other names than the contract says.

Loses: leaky_relu, leaky_relu_grad, prelu, prelu_grad, elu, elu_grad
"""

def by_place(function):
    return lambda x, *parameters: function(x, *parameters)


for name in ("leaky_relu", "leaky_relu_grad", "prelu", "prelu_grad", "elu", "elu_grad"):
    globals()[name] = by_place(globals()[name])
