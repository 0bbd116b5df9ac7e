"""Vectorised with einsum and scipy-free log-sum-exp, trained by Adam; the answers carry extra entries."""

# %%
import numpy as np

predict_accuracy_without_weights = np.float64(0.75)


# %%
def l2_penalty(weights, lam):
    flat = np.concatenate([np.ravel(w) for w in weights])
    return lam * np.dot(flat, flat)


def forward(params, X):
    z = np.einsum("nd,hd->nh", X, params["W1"]) + params["b1"][None, :]
    a = z * (z > 0)
    return z, a, np.einsum("nh,mh->nm", a, params["W2"]) + params["b2"][None, :]


def accuracy(params, X, y):
    return 1.0 - np.count_nonzero(np.argmax(forward(params, X)[2], axis=-1) - y) / y.shape[0]


def log_softmax(s):
    s = s - np.amax(s, axis=1, keepdims=True)
    return s - np.log(np.sum(np.exp(s), axis=1, keepdims=True))


def total_loss(params, X, y, lam):
    logp = log_softmax(forward(params, X)[2])
    return np.array(l2_penalty((params["W1"], params["W2"]), lam) - np.take_along_axis(logp, y[:, None], axis=1).mean())


# %%
def total_gradients(params, X, y, lam):
    z, a, s = forward(params, X)
    d = np.exp(log_softmax(s))
    d[np.arange(len(y)), y] -= 1
    d /= len(y)
    dz = np.einsum("nm,mh,nh->nh", d, params["W2"], (z > 0).astype(float))
    grads = {"W1": np.einsum("nh,nd->hd", dz, X), "b1": dz.sum(0), "W2": np.einsum("nm,nh->mh", d, a), "b2": d.sum(0)}
    for name in ("W1", "W2"):
        grads[name] = grads[name] + lam * 2 * params[name]
    grads["scores"] = d
    return grads


# %%
def train(X, y, hidden, lam, seed, steps):
    rng = np.random.RandomState(seed)
    params = {
        "W1": rng.uniform(-0.7, 0.7, (hidden, X.shape[1])),
        "b1": rng.uniform(-0.7, 0.7, hidden),
        "W2": rng.uniform(-1, 1, (2, hidden)) / np.sqrt(hidden),
        "b2": rng.uniform(-0.1, 0.1, 2),
    }
    m = {k: np.zeros_like(v) for k, v in params.items()}
    v = {k: np.zeros_like(w) for k, w in params.items()}
    for t in range(1, steps + 1):
        g = total_gradients(params, X, y, lam)
        for k in params:
            m[k] = 0.9 * m[k] + 0.1 * g[k]
            v[k] = 0.999 * v[k] + 0.001 * g[k] ** 2
            params[k] = params[k] - 0.03 * (m[k] / (1 - 0.9**t)) / (np.sqrt(v[k] / (1 - 0.999**t)) + 1e-8)
    params["lam"] = lam
    return params
