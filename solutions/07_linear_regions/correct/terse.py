"""Style: one-line lambdas; booleans used as numbers; the slopes as a running sum of jumps."""
import math
import numpy as np

# %%
active_units = lambda theta, x: 1 * (theta @ [1, x] > 0)
breakpoints = lambda theta: np.array(sorted({-a / b for a, b in theta if b}))
region_slope = lambda theta, phi, x: phi[1:] @ (active_units(theta, x) * theta[:, 1])
mids = lambda c: [c[0] - 1, *(c[1:] + c[:-1]) / 2, c[-1] + 1] if len(c) else [0]
region_slopes = lambda theta, phi: np.array([region_slope(theta, phi, x) for x in mids(breakpoints(theta))])
max_regions = lambda d, n: sum(math.comb(n, j) for j in range(d + 1))

# %%
interpolate = lambda xs, ys: (np.c_[-xs[:-1], 0 * xs[1:] + 1], np.r_[ys[0], np.diff(np.diff(ys) / np.diff(xs), prepend=0)])


def local_affine(layers, x):
    (W, b), *rest = layers
    if not rest:
        return W, b
    on = W @ x + b > 0
    A, c = local_affine(rest, np.where(on, W @ x + b, 0))
    return A @ (on[:, None] * W), A @ (on * b) + c


predict_fold_regions = 32.0


def count_regions(layers, lo, hi, f=lambda x: np.array([x])):
    (W, b), *rest = layers
    if not rest:
        return 1
    g, cuts = (lambda x: W @ f(x) + b), {lo, hi}
    knots = sorted({lo, hi, *getattr(f, "knots", ())})
    for p, q in zip(knots, knots[1:]):
        cuts |= {p, q} | {p + (q - p) * u / (u - v) for u, v in zip(g(p), g(q)) if u * v < 0}
    relu = lambda x: np.maximum(0, g(x))
    relu.knots = cuts
    return len(cuts) - 1 if len(rest) == 1 else count_regions(rest, lo, hi, relu)
