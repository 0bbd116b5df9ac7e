"""Style: search instead of formulas: bisection between on/off patterns, which works because their regions are convex."""
import math
import numpy as np

# %%
def active_units(theta, x):
    return np.array([float(a + b * x > 0) for a, b in theta])


def breakpoints(theta):
    return np.array(sorted(set(float(-a / b) for a, b in theta if abs(b) > 0)), dtype=float)


def region_slope(theta, phi, x):
    on = np.flatnonzero(active_units(theta, x))
    return np.array(math.fsum(theta[i, 1] * phi[1 + i] for i in on))


def region_slopes(theta, phi):
    fence = [-math.inf, *breakpoints(theta), math.inf]
    slopes = []
    for left, right in zip(fence[:-1], fence[1:]):
        if math.isinf(left) and math.isinf(right):
            x = 0.0
        elif math.isinf(left):
            x = right - 1
        elif math.isinf(right):
            x = left + 1
        else:
            x = (left + right) / 2
        slopes.append(float(region_slope(theta, phi, x)))
    return slopes


def max_regions(n_inputs, n_hidden):
    if n_inputs >= n_hidden:
        return 2**n_hidden
    return math.comb(n_hidden, n_inputs) + (max_regions(n_inputs - 1, n_hidden) if n_inputs else 0)

# %%
def interpolate(xs, ys):
    """Start from the left and let each new unit repair the height at the next point."""
    theta, phi = [], [ys[0]]
    for k in range(1, len(xs)):
        now = phi[0] + sum(w * max(0.0, a + b * xs[k]) for (a, b), w in zip(theta, phi[1:]))
        width = xs[k] - xs[k - 1]
        theta.append((-xs[k - 1] / width, 1 / width))
        phi.append(ys[k] - now)
    return np.array(theta), np.array(phi)


def forward(layers, x):
    on = []
    for W, b in layers[:-1]:
        z = W @ x + b
        on.append(z > 0)
        x = np.where(z > 0, z, 0)
    return layers[-1][0] @ x + layers[-1][1], on


def local_affine(layers, x):
    """The columns of A by switching the pattern of x on for other inputs: exact, since that map is affine."""
    _, on = forward(layers, x)

    def frozen(v):
        for (W, b), mask in zip(layers, on):
            v = mask * (W @ v + b)
        return layers[-1][0] @ v + layers[-1][1]

    c = frozen(np.zeros(len(x)))
    return np.stack([frozen(e) - c for e in np.eye(len(x))], axis=1), c


predict_fold_regions = 32

# %%
def count_regions(layers, lo, hi):
    tiny = 1e-14 * (hi - lo)

    def pattern(x):
        return [tuple(mask) for mask in forward(layers, np.array([x]))[1]]

    def bends(left, right, at_left, at_right):
        if at_left == at_right:
            return 0
        if right - left < tiny:
            return 1
        middle = left + 0.4871 * (right - left)
        here = pattern(middle)
        return bends(left, middle, at_left, here) + bends(middle, right, here, at_right)

    left, right = lo + 10 * tiny, hi - 10 * tiny
    return 1 + bends(left, right, pattern(left), pattern(right))
