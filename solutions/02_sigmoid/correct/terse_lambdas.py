"""One-line lambdas; the sigmoid comes from the hyperbolic tangent."""

# %%
import numpy as np

sigmoid = lambda x: (1 + np.tanh(np.asarray(x) / 2)) / 2  # noqa: E731
sigmoid_grad = lambda x: sigmoid(x) * sigmoid(-np.asarray(x))  # noqa: E731
sigmoid_backward = lambda upstream, x: upstream * sigmoid_grad(x)  # noqa: E731
predict_layers_below_millionth = 10
max_chain_factor = lambda depth: 2.0 ** (-2 * depth)  # noqa: E731
chain_factor = lambda z: sigmoid_grad(z).prod()  # noqa: E731
