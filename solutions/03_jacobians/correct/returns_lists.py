"""Style: plain Python lists in every answer, and a list instead of a tuple for the pair."""
import math

# %%
def diagonal(values):
    return [[float(v) if i == j else 0.0 for j in range(len(values))] for i, v in enumerate(values)]


def to_denominator_layout(J):
    return [list(column) for column in zip(*J.tolist())]


def relu_jacobian(x):
    return diagonal([v > 0 for v in x.tolist()])


def max_jacobian(x, a):
    return diagonal([v > a for v in x.tolist()])


def sigmoid_jacobian(x):
    return diagonal([1 / (2 + math.exp(v) + math.exp(-v)) for v in x.tolist()])

# %%
def numerical_jacobian(f, x, h=1e-5):
    rows = None
    for j in range(len(x)):
        up, down = x.copy(), x.copy()
        up[j] = x[j] + h
        down[j] = x[j] - h
        column = [(float(u) - float(d)) / (2 * h) for u, d in zip(f(up), f(down))]
        if rows is None:
            rows = [[] for _ in column]
        for row, value in zip(rows, column):
            row.append(value)
    return rows

# %%
predict_softmax_row_sum = 0.0


def softmax_jacobian(x):
    top = max(x.tolist())
    e = [math.exp(v - top) for v in x.tolist()]
    p = [v / math.fsum(e) for v in e]
    return [[pi * ((i == j) - pj) for j, pj in enumerate(p)] for i, pi in enumerate(p)]


def relu_vjp(x, upstream):
    return [u if v > 0 else 0.0 for v, u in zip(x.tolist(), upstream.tolist())]


def linear_vjp(W, x, upstream):
    dW = [[u * v for v in x.tolist()] for u in upstream.tolist()]
    dx = [0.0] * len(x)
    for u, row in zip(upstream.tolist(), W.tolist()):
        dx = [d + u * w for d, w in zip(dx, row)]
    return [dW, dx]
