"""Style: plain Python loops; every answer is a list, a list of lists or a list instead of a pair."""

# %%
def dot(u, v):
    total = 0.0
    for a, b in zip(u, v):
        total += float(a) * float(b)
    return total


def layer(W, b, x):
    return [dot(row, x) + float(bias) for row, bias in zip(W, b)]


def forward(params, x):
    z = layer(params["W1"], params["b1"], x)
    return layer(params["W2"], params["b2"], [v if v > 0 else 0.0 for v in z])

# %%
def deep_forward(layers, x):
    values = [float(v) for v in x]
    for number, (W, b) in enumerate(layers):
        values = layer(W, b, values)
        if number < len(layers) - 1:
            values = [max(v, 0.0) for v in values]
    return values

# %%
def numbers(value):
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list):
        return [n for part in value for n in numbers(part)]
    return [float(value)]


def is_additive(f, x1, x2):
    whole = numbers(f(x1 + x2))
    first, second = numbers(f(x1)), numbers(f(x2))
    for w, a, b in zip(whole, first, second):
        if abs(w - (a + b)) > 1e-9 * max(abs(w), abs(a + b)):
            return 0
    return 1

# %%
predict_collapsed_numbers = 3.0

# %%
def collapse_linear(layers):
    W, b = [row.tolist() for row in layers[0][0]], layers[0][1].tolist()
    for V, c in layers[1:]:
        b = layer(V, c, b)
        W = [[dot(row, column) for column in zip(*W)] for row in V]
    return [W, b]

# %%
def backward(params, x, upstream):
    W2 = params["W2"]
    H, M = len(params["b1"]), len(upstream)
    z = layer(params["W1"], params["b1"], x)
    dz = []
    for j in range(H):
        arriving = 0.0
        for i in range(M):
            arriving += upstream[i] * W2[i][j]
        dz.append(float(arriving) if z[j] > 0 else 0.0)
    return {
        "x": [sum(float(params["W1"][j][k]) * dz[j] for j in range(H)) for k in range(len(x))],
        "b2": list(upstream),
        "W2": [[float(u) * max(v, 0.0) for v in z] for u in upstream],
        "b1": dz,
        "W1": [[d * float(v) for v in x] for d in dz],
    }

# %%
def solve_xor():
    return {"W1": [[1, -1], [-1, 1]], "b1": [0, 0], "W2": [[1, 1]], "b2": [0]}
