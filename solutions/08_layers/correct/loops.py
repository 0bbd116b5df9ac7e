"""Style: plain loops over examples, classes and units, with the math module."""
import math

import numpy as np

# %%
def relu_forward(x):
    out = np.zeros(x.shape)
    for i in np.ndindex(*x.shape):
        if x[i] > 0:
            out[i] = x[i]
    return out, out


def relu_backward(dout, cache):
    dx = np.zeros(dout.shape)
    for i in np.ndindex(*dout.shape):
        if cache[i] > 0:
            dx[i] = dout[i]
    return dx


def affine_forward(x, w, b):
    n, (d, m) = len(x), w.shape
    out = np.zeros((n, m))
    for i in range(n):
        row = x[i].flatten()
        for k in range(m):
            total = b[k]
            for j in range(d):
                total += row[j] * w[j, k]
            out[i, k] = total
    return out, (x, w)


def affine_backward(dout, cache):
    x, w = cache
    dx, dw, db = [], np.zeros(w.shape), np.zeros(w.shape[1])
    for example, up in zip(x, dout):
        row = example.flatten()
        drow = np.zeros(len(row))
        for j in range(w.shape[0]):
            for k in range(w.shape[1]):
                drow[j] += up[k] * w[j, k]
                dw[j, k] += up[k] * row[j]
        for k in range(w.shape[1]):
            db[k] += up[k]
        dx.append(drow.reshape(example.shape))
    return np.array(dx), dw, db

# %%
predict_svm_start = 0
for wrong_class in range(9):
    predict_svm_start += 1


def svm_loss(x, y):
    n, c = x.shape
    loss, dx = 0.0, np.zeros((n, c))
    for i in range(n):
        for j in range(c):
            if j == y[i]:
                continue
            margin = x[i, j] - x[i, y[i]] + 1
            if margin > 0:
                loss += margin / n
                dx[i, j] += 1 / n
                dx[i, y[i]] -= 1 / n
    return loss, dx


def softmax_loss(x, y):
    n, c = x.shape
    loss, dx = 0.0, np.zeros((n, c))
    for i in range(n):
        top = max(x[i])
        total = 0.0
        for j in range(c):
            total += math.exp(x[i, j] - top)
        loss += (math.log(total) + top - x[i, y[i]]) / n
        for j in range(c):
            dx[i, j] = (math.exp(x[i, j] - top) / total - (1 if j == y[i] else 0)) / n
    return loss, dx
