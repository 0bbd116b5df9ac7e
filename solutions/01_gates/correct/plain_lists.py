"""Answers as plain Python: floats for scalars and nested lists for arrays; gates store functions."""

# %%
import numpy as np

history = []


def plain(value):
    return np.asarray(value, dtype=float).tolist()


# %%
class AddGate(object):
    def forward(self, x, y):
        return plain(np.asarray(x) + np.asarray(y))

    def backward(self, upstream):
        return [plain(upstream), plain(upstream)]


class MulGate(object):
    def forward(self, x, y):
        x, y = np.array(x), np.array(y)
        history.append("mul")
        self.pull_back = lambda upstream: [plain(upstream * y), plain(upstream * x)]
        return plain(x * y)

    def backward(self, upstream):
        return self.pull_back(upstream)


# %%
predict_square_dx = np.float32(12)


# %%
class CopyGate(object):
    def forward(self, x):
        return [plain(x)] * 2

    def backward(self, upstream_1, upstream_2):
        return plain(np.asarray(upstream_1) + np.asarray(upstream_2))


class MaxGate(object):
    def forward(self, x, y):
        x, y = np.array(x), np.array(y)
        history.append("max")

        def pull_back(upstream):
            nothing = np.zeros(x.shape)
            return [plain(np.where(x > y, upstream, nothing)), plain(np.where(y > x, upstream, nothing))]

        self.pull_back = pull_back
        return plain(np.where(x > y, x, y))

    def backward(self, upstream):
        return self.pull_back(upstream)


# %%
def circuit_gradients(x, y, z, w):
    product, larger, total = MulGate(), MaxGate(), AddGate()
    total.forward(product.forward(x, y), larger.forward(z, w))
    print(history)
    to_product, to_larger = total.backward(2)
    return np.array(product.backward(to_product) + larger.backward(to_larger)).tolist()
