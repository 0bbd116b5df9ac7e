"""The loop ends before the last layer.

Loses: collapse_linear
"""

def collapse_linear(layers):
    W, b = np.eye(layers[0][0].shape[1]), np.zeros(layers[0][0].shape[1])
    for weights, bias in layers[:-1]:
        W, b = weights @ W, weights @ b + bias
    return W, b
