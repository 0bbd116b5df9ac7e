"""Style: lambdas, einsum, SciPy-free one-liners; only what is needed is cached."""
import numpy as np

# %%
relu_forward = lambda x: (x.clip(0), x > 0)
relu_backward = lambda dout, cache: dout * cache
affine_forward = lambda x, w, b: (np.einsum("nd,dm->nm", x.reshape(len(x), -1), w) + b, [x, w])
affine_backward = lambda dout, cache: (np.einsum("nm,dm->nd", dout, cache[1]).reshape(cache[0].shape), np.einsum("nd,nm->dm", cache[0].reshape(len(dout), -1), dout), np.einsum("nm->m", dout))
predict_svm_start = 9.
pick = lambda x, y: x[np.arange(len(y)), y][:, None]
hot = lambda x, y: np.eye(x.shape[1])[y]
svm_loss = lambda x, y: (np.maximum(x - pick(x, y) + 1, 0).sum(1).mean() - 1, (lambda on: (on - hot(x, y) * on.sum(1)[:, None]) / len(y))(1. * (x - pick(x, y) + 1 > 0)))
lse = lambda x: x.max(1)[:, None] + np.log(np.exp(x - x.max(1)[:, None]).sum(1))[:, None]
softmax_loss = lambda x, y: (np.mean(lse(x) - pick(x, y)), (np.exp(x - lse(x)) - hot(x, y)) / len(y))
