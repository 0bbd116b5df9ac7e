"""Weights and inputs are worked on in place.

Loses: threshold_neuron, bias_neuron, add_bias_input, fold_bias
"""

def threshold_neuron(w, x, h):
    answer = 1.0 * (np.asarray(x) @ w >= h)
    x *= w
    return answer


def bias_neuron(w, x, b):
    answer = 1.0 * (np.asarray(x) @ w + b >= 0)
    x *= w
    return answer


def add_bias_input(X):
    result = np.concatenate([np.ones((*np.shape(X)[:-1], 1)), X], axis=-1)
    X[...] = 1.0
    return result


def fold_bias(w, b):
    result = np.concatenate([[b], w])
    w += b
    return result
