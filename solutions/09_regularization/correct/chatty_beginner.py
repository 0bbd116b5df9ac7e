"""A beginner's notebook: units first, global helpers, the global random state, prints on the way, weight decay as a shrinking factor."""

# %%
import numpy as np

print("150 of 200 ...")
predict_accuracy_without_weights = 150 / 200
LAST = {}


# %%
def l2_penalty(weights, lam):
    penalty = 0
    for w in weights:
        penalty = penalty + np.sum(np.power(w, 2))
    print("penalty before lambda:", penalty)
    return penalty * lam


def get_scores(params, X):
    Z = np.dot(params["W1"], X.T) + params["b1"].reshape(-1, 1)
    A = Z.copy()
    A[A < 0] = 0
    LAST["Z"], LAST["A"] = Z, A
    return np.dot(params["W2"], A) + params["b2"].reshape(-1, 1)


def accuracy(params, X, y):
    guesses = np.argmax(get_scores(params, X), axis=0)
    return np.array(np.sum(guesses == y) / len(y))


def get_probs(params, X):
    s = get_scores(params, X)
    e = np.exp(s - np.max(s, axis=0))
    return e / np.sum(e, axis=0)


def total_loss(params, X, y, lam):
    probs = get_probs(params, X)
    loss = 0
    for i in range(len(y)):
        loss += -np.log(probs[y[i], i])
    return loss / len(y) + lam * np.sum(params["W1"] ** 2) + lam * np.sum(params["W2"] ** 2)


# %%
def data_gradients(params, X, y):
    dS = get_probs(params, X)
    Z, A = LAST["Z"], LAST["A"]
    for i in range(len(y)):
        dS[y[i], i] -= 1
    dS = dS / len(y)
    dZ = np.dot(params["W2"].T, dS)
    dZ[Z <= 0] = 0
    return {"W1": np.dot(dZ, X), "b1": np.sum(dZ, axis=1), "W2": np.dot(dS, A.T), "b2": np.sum(dS, axis=1)}


def total_gradients(params, X, y, lam):
    grads = data_gradients(params, X, y)
    grads["W1"] += 2 * lam * params["W1"]
    grads["W2"] += 2 * lam * params["W2"]
    return grads


# %%
def train(X, y, hidden, lam, seed, steps):
    np.random.seed(seed)
    params = {"W1": np.random.randn(hidden, X.shape[1]), "b1": np.zeros(hidden)}
    params["W2"] = np.random.randn(2, hidden) * np.sqrt(2.0 / hidden)
    params["b2"] = np.zeros(2)
    lr = 0.4
    for i in range(steps):
        grads = data_gradients(params, X, y)
        for key in params:
            if key.startswith("W"):
                params[key] = params[key] * (1 - 2 * lr * lam)
            params[key] = params[key] - lr * grads[key]
        if i % 200 == 0:
            print("step", i)
    return params
