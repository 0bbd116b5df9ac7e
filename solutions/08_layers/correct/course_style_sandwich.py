"""Style: a CS231n assignment with sandwich layers and one-hot matrices; the caches are nested tuples, some with more than is needed."""
import numpy as np

# %%
def relu_forward(x):
    mask = x > 0
    return x * mask, (mask, x.shape)


def relu_backward(dout, cache):
    mask, shape = cache
    return (dout * mask).reshape(shape)


def affine_forward(x, w, b):
    shape = x.shape
    flat = np.reshape(x, (shape[0], np.prod(shape[1:])))
    scores = flat.dot(w)
    scores += b[None, :]
    return scores, (flat, shape, (w, b), scores)


def affine_backward(dout, cache):
    flat, shape, (w, b), _ = cache
    ones = np.ones(shape[0])
    return np.reshape(dout.dot(w.T), shape), flat.T.dot(dout), ones.dot(dout)


def affine_relu_forward(x, w, b):
    a, fc_cache = affine_forward(x, w, b)
    out, relu_cache = relu_forward(a)
    return out, (fc_cache, relu_cache)

# %%
out, cache = affine_relu_forward(np.ones((2, 3)), np.ones((3, 4)), np.zeros(4))
print("sandwich:", out.shape)

predict_svm_start = np.array(9)

# %%
def one_hot(y, C):
    return np.eye(C)[y]


def svm_loss(x, y):
    N, C = x.shape
    Y = one_hot(y, C)
    hinge = np.clip(x - (x * Y).sum(axis=1, keepdims=True) + 1.0 - Y, 0, None)
    active = (hinge > 0) * (1 - Y)
    return (hinge * (1 - Y)).sum() / N, (active - Y * active.sum(axis=1, keepdims=True)) / N


def softmax_loss(x, y):
    N, C = x.shape
    Y = one_hot(y, C)
    z = x - np.amax(x, axis=1)[:, None]
    e = np.exp(z)
    total = e.sum(axis=1)
    loss = np.mean(np.log(total) - (z * Y).sum(axis=1))
    return loss, (e / total[:, None] - Y) / N
