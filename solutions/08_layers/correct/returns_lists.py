"""Style: lists and Python floats are returned, pairs are lists, and the caches are dictionaries of lists."""
import math

import numpy as np

# %%
def relu_forward(x):
    print("relu", x.shape)
    return [np.maximum(x, 0).tolist() if x.size else np.maximum(x, 0), {"x": x.tolist(), "name": "relu"}]


def relu_backward(dout, cache):
    return (np.asarray(dout) * (np.array(cache["x"]) > 0)).tolist()


def affine_forward(x, w, b):
    rows = [example.ravel().tolist() for example in x]
    columns = w.T.tolist()
    out = [[math.fsum(p * q for p, q in zip(row, column)) + float(c) for column, c in zip(columns, b)] for row in rows]
    return [out, {"rows": rows, "w": w.tolist(), "shape": list(x.shape)}]


def affine_backward(dout, cache):
    up, rows, w = dout.tolist(), cache["rows"], cache["w"]
    dx = [[math.fsum(u * v for u, v in zip(us, vs)) for vs in w] for us in up]
    dw = [[math.fsum(row[d] * us[m] for row, us in zip(rows, up)) for m in range(len(w[0]))] for d in range(len(w))]
    db = [math.fsum(column) for column in zip(*up)]
    return [np.array(dx).reshape(cache["shape"]).tolist(), dw, db]

# %%
predict_svm_start = np.float32(9)


def svm_loss(x, y):
    total, dx = 0.0, []
    for row, k in zip(x.tolist(), y.tolist()):
        hinge = [0.0 if j == k else max(0.0, v - row[k] + 1) for j, v in enumerate(row)]
        total += sum(hinge)
        grad = [1.0 if h > 0 else 0.0 for h in hinge]
        grad[k] = -sum(grad)
        dx.append([g / len(x) for g in grad])
    return [total / len(x), dx]


def softmax_loss(x, y):
    losses, dx = [], []
    for row, k in zip(x.tolist(), y.tolist()):
        log_sum = max(row) + math.log(math.fsum(math.exp(v - max(row)) for v in row))
        losses.append(log_sum - row[k])
        dx.append([(math.exp(v - log_sum) - (j == k)) / len(x) for j, v in enumerate(row)])
    return [math.fsum(losses) / len(losses), dx]
