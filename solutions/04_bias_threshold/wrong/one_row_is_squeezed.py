"""The answer is squeezed, so that a batch of one row counts as a vector.

Loses: threshold_neuron, bias_neuron, add_bias_input
"""

def threshold_neuron(w, x, h):
    return np.squeeze(1.0 * (np.asarray(x) @ w >= h))


def bias_neuron(w, x, b):
    return np.squeeze(1.0 * (np.asarray(x) @ w + b >= 0))


def add_bias_input(X):
    X = np.asarray(X, dtype=float)
    return np.squeeze(np.concatenate([np.ones((*X.shape[:-1], 1)), X], axis=-1))
