"""Style: one-line lambdas; boolean arrays used as numbers."""
import numpy as np

# %%
to_denominator_layout = lambda J: J.T
max_jacobian = lambda x, a: np.diag(1. * (x > a))
relu_jacobian = lambda x: max_jacobian(x, 0)
sig = lambda x: .5 * (1 + np.tanh(x / 2))
sigmoid_jacobian = lambda x: np.diag(sig(x) * sig(-x))
numerical_jacobian = lambda f, x, h=1e-5: np.transpose([(f(x + d) - f(x - d)) / 2 / h for d in np.eye(len(x)) * h])
predict_softmax_row_sum = 0.
soft = lambda x: np.exp(x - x.max()) / np.exp(x - x.max()).sum()
softmax_jacobian = lambda x: np.diag(soft(x)) - np.outer(soft(x), soft(x))
relu_vjp = lambda x, upstream: upstream * (x > 0)
linear_vjp = lambda W, x, upstream: (np.outer(upstream, x), upstream @ W)
