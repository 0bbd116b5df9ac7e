"""Plain Python loops over points, units and classes; nested lists and floats as answers. Training is vectorised to be fast enough."""

# %%
import math

import numpy as np

predict_accuracy_without_weights = 0.75


# %%
def l2_penalty(weights, lam):
    total = 0.0
    for array in weights:
        for entry in array.flatten():
            total += float(entry) ** 2
    return lam * total


def scores_of_point(params, x):
    z = [float(params["b1"][h]) + sum(float(w) * float(v) for w, v in zip(params["W1"][h], x)) for h in range(len(params["b1"]))]
    a = [max(0.0, value) for value in z]
    s = [float(params["b2"][m]) + sum(float(w) * v for w, v in zip(params["W2"][m], a)) for m in range(len(params["b2"]))]
    return z, a, s


def accuracy(params, X, y):
    right = 0
    for x, label in zip(X, y):
        s = scores_of_point(params, x)[2]
        if s.index(max(s)) == label:
            right += 1
    return right / len(y)


def softmax(s):
    top = max(s)
    e = [math.exp(v - top) for v in s]
    return [v / sum(e) for v in e]


def total_loss(params, X, y, lam):
    total = 0.0
    for x, label in zip(X, y):
        total -= math.log(softmax(scores_of_point(params, x)[2])[label])
    return total / len(y) + l2_penalty([params["W1"], params["W2"]], lam)


# %%
def total_gradients(params, X, y, lam):
    H, D = params["W1"].shape
    M, N = len(params["b2"]), len(y)
    g1, gb1, g2, gb2 = [[0.0] * D for _ in range(H)], [0.0] * H, [[0.0] * H for _ in range(M)], [0.0] * M
    for x, label in zip(X, y):
        z, a, s = scores_of_point(params, x)
        d = softmax(s)
        d[label] -= 1
        for m in range(M):
            gb2[m] += d[m] / N
            for h in range(H):
                g2[m][h] += d[m] * a[h] / N
        for h in range(H):
            if z[h] > 0:
                back = sum(d[m] * float(params["W2"][m, h]) for m in range(M)) / N
                gb1[h] += back
                for j in range(D):
                    g1[h][j] += back * float(x[j])
    for h in range(H):
        for j in range(D):
            g1[h][j] += 2 * lam * float(params["W1"][h, j])
        for m in range(M):
            g2[m][h] += 2 * lam * float(params["W2"][m, h])
    return {"W1": g1, "b1": gb1, "W2": g2, "b2": gb2}


# %%
def train(X, y, hidden, lam, seed, steps):
    rng = np.random.default_rng(seed)
    W1, b1 = rng.standard_normal((hidden, X.shape[1])), np.zeros(hidden)
    W2, b2 = rng.standard_normal((2, hidden)) * math.sqrt(2 / hidden), np.zeros(2)
    sign = 2.0 * y - 1
    for _ in range(steps):
        Z = X @ W1.T + b1
        A = np.maximum(Z, 0)
        margin = A @ (W2[1] - W2[0]) + b2[1] - b2[0]
        d = -sign / (1 + np.exp(np.minimum(sign * margin, 500))) / len(y)
        dZ = np.outer(d, W2[1] - W2[0]) * (Z > 0)
        new1 = W1 - 0.3 * (dZ.T @ X + 2 * lam * W1)
        W2 = W2 - 0.3 * (np.stack([-d @ A, d @ A]) + 2 * lam * W2)
        b2 = b2 - 0.3 * np.array([-d.sum(), d.sum()])
        b1 = b1 - 0.3 * dZ.sum(axis=0)
        W1 = new1
    return {"W1": W1.tolist(), "b1": b1.tolist(), "W2": W2.tolist(), "b2": b2.tolist()}
