"""Style: plain loops and if statements, one step at a time, with a print left in."""
import numpy as np

# %%
def active_units(theta, x):
    answer = np.zeros(theta.shape[0], dtype=bool)
    for i in range(theta.shape[0]):
        if theta[i, 0] + theta[i, 1] * x > 0:
            answer[i] = True
    return answer


def breakpoints(theta):
    found = []
    for i in range(theta.shape[0]):
        if theta[i, 1] == 0:
            continue
        place = -theta[i, 0] / theta[i, 1]
        if place not in found:
            found.append(place)
    found.sort()
    return np.array(found)


def region_slope(theta, phi, x):
    total = 0.0
    active = active_units(theta, x)
    for i in range(len(active)):
        if active[i]:
            total += theta[i, 1] * phi[i + 1]
    return total


def region_slopes(theta, phi):
    places = breakpoints(theta)
    if len(places) == 0:
        return np.array([region_slope(theta, phi, 0.0)])
    points = [places[0] - 1]
    for k in range(1, len(places)):
        points.append((places[k - 1] + places[k]) / 2)
    points.append(places[-1] + 1)
    return np.array([region_slope(theta, phi, x) for x in points])

# %%
def max_regions(n_inputs, n_hidden):
    total, term = 0, 1
    for j in range(n_inputs + 1):
        total += term
        term = term * (n_hidden - j) // (j + 1)
    print("regions:", total)
    return total


def interpolate(xs, ys):
    n = len(xs)
    theta, phi = np.zeros((n - 1, 2)), np.zeros(n)
    phi[0] = ys[0]
    slope = 0.0
    for k in range(n - 1):
        theta[k, 0] = -xs[k]
        theta[k, 1] = 1
        needed = (ys[k + 1] - ys[k]) / (xs[k + 1] - xs[k])
        phi[k + 1] = needed - slope
        slope = needed
    return theta, phi


def local_affine(layers, x):
    A, c, h = np.eye(len(x)), np.zeros(len(x)), x
    for number, (W, b) in enumerate(layers):
        A, c, h = W @ A, W @ c + b, W @ h + b
        if number < len(layers) - 1:
            for i in range(len(h)):
                if h[i] <= 0:
                    A[i, :] = 0
                    c[i] = 0
                    h[i] = 0
    return A, c


predict_fold_regions = 2**5

# %%
def count_regions(layers, lo, hi):
    # walk from lo to hi; in each piece find the next place where any unit switches
    x, pieces, tiny = lo, 1, 1e-13 * (hi - lo)
    while True:
        probe = x + tiny
        step = None
        A, c = np.eye(1), np.zeros(1)
        for W, b in layers[:-1]:
            A, c = W @ A, W @ c + b
            for i in range(len(c)):
                value = A[i, 0] * probe + c[i]
                if A[i, 0] != 0:
                    root = -c[i] / A[i, 0]
                    if probe < root < hi - tiny and (step is None or root < step):
                        step = root
                if value <= 0:
                    A[i], c[i] = 0, 0
        if step is None:
            return pieces
        x = step
        pieces += 1
