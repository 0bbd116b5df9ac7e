"""Style: the cache is a function that already knows how to go back."""
import numpy as np

# %%
def relu_forward(x):
    open_gate = x > 0

    def back(dout):
        return np.where(open_gate, dout, 0)

    return np.where(open_gate, x, 0), back


def relu_backward(dout, cache):
    return cache(dout)


def affine_forward(x, w, b):
    rows = x.reshape(x.shape[0], w.shape[0])
    return rows @ w + b, lambda dout: (np.reshape(dout @ w.T, x.shape), rows.T @ dout, np.add.reduce(dout))


affine_backward = relu_backward
predict_svm_start = 9

# %%
def finish(y):
    """Return a function that divides by the batch size, as the mean over the batch does."""
    return lambda loss, dx: (np.sum(loss) / len(y), dx / len(y))


def svm_loss(x, y):
    right = np.take_along_axis(x, y[:, None], axis=1)
    wrong = np.arange(x.shape[1]) != y[:, None]
    violated = wrong & (x + 1 > right)
    dx = violated - np.where(wrong, 0.0, violated.sum(axis=1, keepdims=True))
    return finish(y)((x + 1 - right)[violated], dx)


def softmax_loss(x, y):
    right = np.take_along_axis(x, y[:, None], axis=1)
    log_sum = np.logaddexp.reduce(x, axis=1, keepdims=True)
    return finish(y)(log_sum - right, np.exp(x - log_sum) - (np.arange(x.shape[1]) == y[:, None]))
