"""Style: plain Python lists and numbers in every answer; exact fractions in the count."""
from fractions import Fraction
from math import factorial

# %%
def active_units(theta, x):
    return [a + b * x > 0 for a, b in theta.tolist()]


def breakpoints(theta):
    return sorted(set(-a / b for a, b in theta.tolist() if b != 0))


def region_slope(theta, phi, x):
    on = active_units(theta, x)
    return sum(row[1] * weight for row, weight, o in zip(theta.tolist(), phi.tolist()[1:], on) if o)


def region_slopes(theta, phi):
    places = breakpoints(theta)
    if not places:
        return [0.0]
    inside = [p + 0.5 * (q - p) for p, q in zip(places, places[1:])]
    return [region_slope(theta, phi, x) for x in [places[0] - 10, *inside, places[-1] + 10]]

# %%
def max_regions(n_inputs, n_hidden):
    total = 0
    for j in range(n_inputs + 1):
        if j <= n_hidden:
            total += factorial(n_hidden) // (factorial(j) * factorial(n_hidden - j))
    return total


def interpolate(xs, ys):
    xs, ys = xs.tolist(), ys.tolist()
    slopes = [(y1 - y0) / (x1 - x0) for x0, x1, y0, y1 in zip(xs, xs[1:], ys, ys[1:])]
    # from right to left: every unit is active on the left of its point
    theta = [[x, -1.0] for x in xs[1:]]
    weights = [right - left for left, right in zip(slopes, slopes[1:])] + [-slopes[-1]]
    return [theta, [ys[-1], *weights]]


def local_affine(layers, x):
    size = len(x)
    rows = [[float(i == j) for j in range(size)] + [0.0] for i in range(size)]
    for number, (W, b) in enumerate(layers):
        rows = [[sum(w * row[j] for w, row in zip(ws, rows)) for j in range(size + 1)] for ws in W.tolist()]
        for row, bias in zip(rows, b.tolist()):
            row[-1] += bias
        if number + 1 < len(layers):
            rows = [row if sum(r * v for r, v in zip(row, [*x.tolist(), 1.0])) > 0 else [0.0] * (size + 1) for row in rows]
    return [[row[:-1] for row in rows], [row[-1] for row in rows]]


predict_fold_regions = 32

# %%
def count_regions(layers, lo, hi):
    corners = {Fraction(lo): [Fraction(lo)], Fraction(hi): [Fraction(hi)]}
    for W, b in layers[:-1]:
        line = {x: [sum((Fraction(w) * v for w, v in zip(ws, h)), Fraction(bias)) for ws, bias in zip(W.tolist(), b.tolist())]
                for x, h in corners.items()}
        places = sorted(line)
        for p, q in zip(places, places[1:]):
            for u, v in zip(line[p], line[q]):
                if u * v < 0:
                    t = u / (u - v)
                    line[p + t * (q - p)] = [a + t * (c - a) for a, c in zip(line[p], line[q])]
        corners = {x: [max(z, Fraction(0)) for z in zs] for x, zs in line.items()}
    return len(corners) - 1
