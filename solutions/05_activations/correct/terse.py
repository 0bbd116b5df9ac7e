"""Style: one-line lambdas; one rectifier with a slope for three functions; booleans used as numbers."""
import math

import numpy as np

# %%
leaky_relu = lambda x, slope=.01: x * ((np.asarray(x) > 0) + slope * (np.asarray(x) <= 0))
leaky_relu_grad = lambda x, slope=.01: np.where(np.greater(x, 0), 1, slope)
prelu = lambda x, alpha: leaky_relu(x, alpha)
prelu_grad = lambda x, alpha: leaky_relu_grad(x, alpha)
relu = lambda x: leaky_relu(x, 0)
relu_grad = lambda x: np.greater(x, 0)
neg = lambda x: np.minimum(x, 0)
elu = lambda x, alpha=1.: np.maximum(x, 0) + alpha * (np.exp(neg(x)) - 1)
elu_grad = lambda x, alpha=1.: np.exp(neg(x)) * leaky_relu_grad(x, alpha)
tanh = np.tanh
tanh_grad = lambda x: np.exp(2 * (np.log(2) - np.logaddexp(x, -x)))
predict_falling_curves = 2.
Phi = np.vectorize(lambda v: .5 + .5 * math.erf(v * 2 ** -.5), otypes=["d"])
pdf = lambda x: np.exp(-.5 * x * x) / math.sqrt(math.tau)
gelu = lambda x: x * Phi(x)
gelu_grad = lambda x: Phi(x) + x * pdf(x)
sig = lambda x: np.exp(-np.logaddexp(0, -x))
silu = lambda x: x * sig(x)
silu_grad = lambda x: sig(x) + x * sig(x) * sig(-x)
recommend = dict(baseline="relu", dead_units="leaky_relu", stable_deep="elu", transformer="gelu", efficient_vision="silu", binary_output="sigmoid", zero_centred_recurrent="tanh").get
dead_fraction = lambda X, W, b: np.mean(np.all(X @ W.T + b <= 0, 0))
prelu_backward = lambda x, alpha, upstream: (upstream * prelu_grad(x, alpha), np.vdot(upstream, neg(x)))
