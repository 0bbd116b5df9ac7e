"""One-line lambdas; the sigmoid comes from the hyperbolic tangent."""

# %%
import numpy as np

sigmoid, sigmoid_grad, sigmoid_backward = (
    lambda x: (1 + np.tanh(np.asarray(x) / 2)) / 2,
    lambda x: sigmoid(x) * sigmoid(-np.asarray(x)),
    lambda upstream, x: upstream * sigmoid_grad(x),
)

# %%
predict_layers_below_millionth = 10
max_chain_factor, chain_factor = lambda depth: 2.0 ** (-2 * depth), lambda z: sigmoid_grad(z).prod()
