"""Hidden checks of the linear-regions exercise: random networks, exact fractions and torch.autograd as references."""

import math
from fractions import Fraction

import numpy as np
import torch

from grader.suite import Mismatch, array, boolean, close, not_attempted, pair, question, scalar


def mixed(rng, size, low=0.5, high=2.0):
    """Return random numbers of both signs, none of them near 0."""
    sign = rng.permutation(np.where(np.arange(size) % 2 == 0, 1.0, -1.0))
    return sign * rng.uniform(low, high, size=size)


def one_layer(rng, units):
    """Return (theta, phi, places): `units` units, three or more, which switch at well separated places.

    They come in no order, and the products of offset and slope would give another one than the quotients.
    """
    while True:
        places = rng.permutation(np.linspace(-3, 3, units) + rng.uniform(-0.2, 0.2, size=units) * 6 / units)
        slopes = mixed(rng, units)
        unordered = len(set(np.sign(np.diff(places)))) == 2
        if unordered and not np.array_equal(np.argsort(places), np.argsort(places * slopes**2)):
            return np.stack([-places * slopes, slopes], axis=1), mixed(rng, units + 1), places


def one_point_a_piece(rng, places):
    """Return one random x in each piece, from left to right, away from the places where units switch."""
    edges = np.concatenate([[np.min(places) - 2], np.sort(places), [np.max(places) + 2]])
    return edges[:-1] + rng.uniform(0.2, 0.8, size=len(edges) - 1) * np.diff(edges)


def forward(theta, phi, x):
    """Return f at the entries of x by the plain forward pass."""
    return phi[0] + np.maximum(0, theta[:, 0] + np.outer(x, theta[:, 1])) @ phi[1:]


def whole(got, what="the answer"):
    """Return a single whole number as a Python integer of any size, never through a float unless it is one."""
    if isinstance(got, int):
        return int(got)
    if isinstance(got, (np.ndarray, np.generic)) and got.ndim == 0 and got.dtype.kind in "iu":
        return int(got)
    value = scalar(got, what)
    assert np.isfinite(value) and value == int(value), f"{what} must be a whole number, got {value}"
    return int(value)


def unchanged(function, *args):
    """Call a function and fail if an array among its arguments, or in a list of layers, was changed by it."""
    answer, after = function.with_arguments(*args)
    for before, now in zip(arrays_in(args), arrays_in(after), strict=True):
        close(now, before, rtol=0, atol=0, what="the argument after the call")
    return answer


def arrays_in(values):
    nested = (arrays_in(value) if isinstance(value, (list, tuple)) else [value] for value in values)
    return [part for parts in nested for part in parts]


# active_units


@question("active_units", points=0.5)
def test_active_units_matches_the_preactivations(student, rng):
    """`active_units` is right in every piece of a random network."""
    theta, _, places = one_layer(rng, 5)
    points = one_point_a_piece(rng, places)
    got = np.stack([array(student.active_units(theta, float(x)), (5,)) for x in points])
    received, swapped = theta[:, 0] + points[:, None] * theta[:, 1], theta[:, 1] + points[:, None] * theta[:, 0]
    close(got, 1.0 * (received > 0), rtol=0, atol=0,
          mistakes={"on and off are the wrong way round": 1.0 * (received < 0),
                    "these are the preactivations themselves: compare them with 0": received,
                    "these are the values after ReLU: the question is only which are positive": np.maximum(0, received),
                    "offset and slope have changed places: look at the columns of theta": 1.0 * (swapped > 0)})


@question("active_units", points=0.5)
def test_active_units_at_exactly_zero(student):
    """A unit that receives exactly 0 is inactive, whichever way it switches, and a unit of weights 0 too."""
    theta = np.array([[1.0, -2.0], [-1.0, 2.0], [0.5, 1.0], [0.0, 0.0], [-2.0, 0.0]])
    got = student.active_units(theta, 0.5)
    close(got, np.array([0.0, 0.0, 1.0, 0.0, 0.0]), rtol=0, atol=0,
          mistakes={"a unit that receives exactly 0 was counted as active": np.array([1.0, 1.0, 1.0, 1.0, 0.0])})
    boolean(got, np.array([False, False, True, False, False]))


# breakpoints


@question("breakpoints", points=0.75)
def test_breakpoints_of_a_random_network(student, rng):
    """The breakpoints of units in random order come out right, and ascending."""
    theta, _, _ = one_layer(rng, 6)
    want = np.sort(-theta[:, 0] / theta[:, 1])
    close(student.breakpoints(theta), want,
          mistakes={"the places are right, but not ascending": -theta[:, 0] / theta[:, 1],
                    "the places are right, but descending": want[::-1],
                    "the sign is wrong: solve offset + slope x = 0 once more": np.sort(theta[:, 0] / theta[:, 1]),
                    "the fraction is upside down: which column is the offset, and which the slope?": np.sort(-theta[:, 1] / theta[:, 0]),
                    "these are the offsets with the sign changed: the slopes of the units are missing": np.sort(-theta[:, 0])})


@question("breakpoints", points=0.5)
def test_breakpoints_of_units_that_never_switch(student, rng):
    """Units of slope 0 add no breakpoint, whatever their offset is; the others keep theirs."""
    theta, _, places = one_layer(rng, 4)
    flat = np.array([[0.7, 0.0], [-1.2, 0.0], [0.0, 0.0]])
    close(student.breakpoints(np.insert(theta, rng.integers(0, 5, size=3), flat, axis=0)), np.sort(places))


@question("breakpoints", points=0.5)
def test_breakpoints_that_coincide(student):
    """Units that switch at exactly the same place, in either direction, make one breakpoint."""
    theta = np.array([[1.0, -2.0], [-3.0, 2.0], [-1.0, 2.0], [0.25, -0.5], [1.0, 4.0]])
    got = student.breakpoints(theta)
    close(got, np.array([-0.25, 0.5, 1.5]))


@question("breakpoints", points=0.5)
def test_breakpoints_when_there_are_none(student):
    """A network whose units all have slope 0 has an empty 1-D array of breakpoints."""
    close(student.breakpoints(np.array([[1.0, 0.0], [-2.0, 0.0]])), np.zeros(0))


@question("breakpoints", points=0.25)
def test_breakpoints_leaves_its_argument_alone(student, rng):
    """`breakpoints` does not change theta."""
    theta, _, places = one_layer(rng, 6)
    close(unchanged(student.breakpoints, theta), np.sort(places))


# region_slope


@question("region_slope", points=1.5)
def test_region_slope_matches_autograd(student, rng):
    """`region_slope` agrees with automatic differentiation in every piece of a random network."""
    theta, phi, places = one_layer(rng, 5)
    points = one_point_a_piece(rng, places)
    x = torch.tensor(points, requires_grad=True)
    t, p = torch.from_numpy(theta), torch.from_numpy(phi)
    total = (p[0] + torch.relu(t[:, 0] + x[:, None] * t[:, 1]) @ p[1:]).sum()
    (want,) = torch.autograd.grad(total, x)
    on = 1.0 * (theta[:, 0] + points[:, None] * theta[:, 1] > 0)
    swapped = 1.0 * (theta[:, 1] + points[:, None] * theta[:, 0] > 0)
    got = np.array([scalar(student.region_slope(theta, phi, float(point))) for point in points])
    close(got, want.numpy(),
          mistakes={"every unit was added, also the inactive ones": np.full(len(points), theta[:, 1] @ phi[1:]),
                    "the inactive units were added instead of the active ones": (1 - on) @ (theta[:, 1] * phi[1:]),
                    "each unit was paired with the phi of the unit before it: phi_0 belongs to no unit": on @ (theta[:, 1] * phi[:-1]),
                    "phi_0 was added, but a constant has no slope": phi[0] + on @ (theta[:, 1] * phi[1:]),
                    "the units' own slopes were added without the weights phi": on @ theta[:, 1],
                    "the weights phi were added without the units' own slopes": on @ phi[1:],
                    "the offsets were used where the slopes belong": on @ (theta[:, 0] * phi[1:]),
                    "offset and slope have changed places: look at the columns of theta": swapped @ (theta[:, 0] * phi[1:]),
                    "this is the height of f, not its slope": forward(theta, phi, points)})


@question("region_slope", points=0.5)
def test_region_slope_at_a_breakpoint(student):
    """At the place where a unit receives exactly 0 it has no share, whichever way it switches."""
    theta, phi = np.array([[1.0, 2.0], [1.0, -2.0], [-0.5, 1.0]]), np.array([7.0, 3.0, 5.0, -4.0])
    got = np.array([scalar(student.region_slope(theta, phi, x)) for x in (-0.5, 0.5)])
    close(got, np.array([-10.0, 6.0]),
          mistakes={"a unit that receives exactly 0 was counted as active": np.array([-4.0, -8.0])})


# region_slopes


@question("region_slopes", points=0.25)
def test_region_slopes_leaves_its_arguments_alone(student, rng):
    """`region_slopes` changes neither theta nor phi."""
    theta, phi, places = one_layer(rng, 4)
    on = theta[:, 0] + one_point_a_piece(rng, places)[:, None] * theta[:, 1] > 0
    close(unchanged(student.region_slopes, theta, phi), on @ (theta[:, 1] * phi[1:]))


@question("region_slopes", points=0.75)
def test_region_slopes_of_a_random_network(student, rng):
    """`region_slopes` is right for a random network whose units switch on in both directions."""
    theta, phi, places = one_layer(rng, 5)
    points = one_point_a_piece(rng, places)
    share = theta[:, 1] * phi[1:]
    want = 1.0 * (theta[:, 0] + points[:, None] * theta[:, 1] > 0) @ share
    order = np.argsort(places)
    close(student.region_slopes(theta, phi), want,
          mistakes={"the slopes are right, but from right to left": want[::-1],
                    "every unit was added in every piece, also where it is inactive": np.full(len(points), np.sum(share)),
                    "the line far to the left was taken to be flat, but units of negative slope are active there": want - want[0],
                    "every unit was taken to switch on from left to right": np.concatenate([[0.0], np.cumsum(share[order])]),
                    "these are the changes from piece to piece, not the slopes": np.concatenate([want[:1], np.diff(want)])})


@question("region_slopes", points=0.5)
def test_region_slopes_when_two_units_switch_together(student):
    """Where two units switch at one place there is one new piece, and both changes count."""
    theta = np.array([[1.0, -2.0], [-3.0, 2.0], [-1.0, 2.0]])
    phi = np.array([5.0, 3.0, -1.5, 0.25])
    close(student.region_slopes(theta, phi), np.array([-6.0, 0.5, -2.5]))


@question("region_slopes", points=0.5)
def test_region_slopes_with_units_that_never_switch(student, rng):
    """Units of slope 0 change neither the number of pieces nor the slopes."""
    theta, phi, places = one_layer(rng, 3)
    points = one_point_a_piece(rng, places)
    want = 1.0 * (theta[:, 0] + points[:, None] * theta[:, 1] > 0) @ (theta[:, 1] * phi[1:])
    flat = np.array([[0.7, 0.0], [-1.2, 0.0]])
    close(student.region_slopes(np.concatenate([flat, theta]), np.concatenate([phi[:1], [2.0, -3.0], phi[1:]])), want)


@question("region_slopes", points=0.5)
def test_region_slopes_when_there_is_one_piece(student):
    """Without a breakpoint there is one piece, and its slope is 0."""
    close(student.region_slopes(np.array([[1.0, 0.0], [-2.0, 0.0]]), np.array([1.0, 2.0, 3.0])), np.zeros(1))


# max_regions


def check_max_regions(student, cases):
    """Compare as integers, and name the mistake that explains all cases."""
    got, exact = [], [sum(math.comb(h, j) for j in range(n + 1)) for n, h in cases]
    for n, h in cases:
        got.append(whole(student.max_regions(n, h)))
    if got == exact:
        return
    mistakes = {
        "not every on/off pattern occurs when there are fewer inputs than units": [2**h for _, h in cases],
        "one term of the sum is missing: the last j is n_inputs itself": [sum(math.comb(h, j) for j in range(n)) for n, h in cases],
        "the term of j = 0 is missing": [sum(math.comb(h, j) for j in range(1, n + 1)) for n, h in cases],
        "this is the last term of the sum alone": [math.comb(h, n) for n, h in cases],
        "the two numbers have changed places": [sum(math.comb(n, j) for j in range(h + 1)) for n, h in cases],
        "one region more than units holds for one input only": [h + 1 for _, h in cases],
    }
    diagnosis = next((sentence for sentence, values in mistakes.items() if values == got), "")
    if not diagnosis and all(abs(g - e) < 1e-6 * e for g, e in zip(got, exact, strict=True)):
        diagnosis = "nearly right, but not exact: a float has no room for all digits"
    first = next(number for number in range(len(cases)) if got[number] != exact[number])
    student.max_regions(*cases[first])  # once more, so that the call that is shown is the one that failed
    raise Mismatch(f"got {got[first]}, expected {exact[first]}", diagnosis)


@question("max_regions", points=0.5)
def test_max_regions_for_fewer_inputs_than_units(student, rng):
    """`max_regions` is right for one, two, three and more inputs and more units than inputs."""
    check_max_regions(student, [(n, n + int(rng.integers(2, 9))) for n in (1, 2, 3, 5)])


@question("max_regions", points=0.5)
def test_max_regions_for_as_many_inputs_as_units_and_more(student, rng):
    """With at least as many inputs as units every on/off pattern can occur."""
    h = int(rng.integers(3, 7))
    check_max_regions(student, [(h, h), (h + 1, h), (h + 4, h)])


@question("max_regions", points=0.5)
def test_max_regions_is_exact_for_large_numbers(student, rng):
    """Sums that are too large for a float are exact to the last digit."""
    cases = [(10, 200)]
    while len(cases) < 3:
        n, h = int(rng.integers(12, 20)), int(rng.integers(200, 400))
        exact = sum(math.comb(h, j) for j in range(n + 1))
        if int(float(exact)) != exact:
            cases.append((n, h))
    check_max_regions(student, cases)


# interpolate


def network_heights(answer, x):
    """Return the heights of the returned network at x, after a check of its shapes."""
    theta, phi = (array(part, most=2000) for part in pair(answer))
    assert theta.ndim == 2 and theta.shape[1] == 2 and len(theta), f"theta must have the shape (H, 2), not {theta.shape}"
    assert phi.shape == (len(theta) + 1,), f"for this theta phi must have the shape ({len(theta) + 1},), not {phi.shape}"
    return forward(theta, phi, x)


def check_interpolant(student, xs, ys, inside):
    """Compare the returned network with the piecewise-linear interpolant, at the points and between them."""
    compare_interpolants(student.interpolate(xs, ys), xs, ys, inside)


def compare_interpolants(answer, xs, ys, inside):
    x = np.sort(np.concatenate([xs, inside]))
    slopes = np.diff(ys) / np.diff(xs)
    theta = np.stack([-xs[:-1], np.ones(len(slopes))], axis=1)

    def with_weights(*parts):
        return forward(theta, np.concatenate(parts), x)

    rises, want, atol = np.diff(ys), np.interp(x, xs, ys), 1e-6 * np.max(np.abs(ys))
    got, turned = network_heights(answer, x), forward(array(answer[0])[:, ::-1], array(answer[1]), x)
    swapped = {"the two columns of theta are swapped: the offset comes first": got} if np.allclose(turned, want, rtol=0, atol=atol) else {}
    close(got, want, rtol=0, atol=atol, what="f at the points and between them",
          mistakes={**swapped,
                    "every unit got the whole slope of its segment, but the units before it are still active": with_weights(ys[:1], slopes),
                    "the graph is right but for its height: something is missing from phi_0": np.interp(x, xs, ys) - ys[0],
                    "the segments were taken to be 1 wide": with_weights(ys[:1], rises[:1], np.diff(rises)),
                    "the changes of slope have the wrong sign": with_weights(ys[:1], slopes[:1], -np.diff(slopes)),
                    "the first slope is missing: the first unit has to bring it": with_weights(ys[:1], [0.0], np.diff(slopes)),
                    "the heights were used as weights": with_weights(ys[:1], ys[1:])})


@question("interpolate", points=0.25)
def test_interpolate_leaves_its_arguments_alone(student, rng):
    """`interpolate` changes neither xs nor ys."""
    xs, ys = np.cumsum(rng.uniform(0.2, 1.5, size=5)) - 1, mixed(rng, 5, 1.0, 4.0)
    compare_interpolants(unchanged(student.interpolate, xs, ys), xs, ys, (xs[:-1] + xs[1:]) / 2)


@question("interpolate", points=0.75)
def test_interpolate_unevenly_spaced_points(student, rng):
    """The network joins random, unevenly spaced points by straight segments."""
    xs = np.cumsum(rng.uniform(0.2, 1.5, size=7)) - 3
    ys = mixed(rng, 7, 1.0, 4.0)
    check_interpolant(student, xs, ys, xs[:-1] + rng.uniform(0.1, 0.9, size=6) * np.diff(xs))


@question("interpolate", points=0.5)
def test_interpolate_two_points(student, rng):
    """Two points far to the left of 0 are joined by one segment."""
    xs, ys = -9 + np.cumsum(rng.uniform(0.5, 2.0, size=2)), mixed(rng, 2, 1.0, 4.0)
    check_interpolant(student, xs, ys, rng.uniform(xs[0], xs[1], size=4))


@question("interpolate", points=0.5)
def test_interpolate_points_to_the_right_of_zero(student, rng):
    """All points may lie to the right of 0, with some of them on one line."""
    xs = 2 + np.cumsum(rng.uniform(0.3, 1.5, size=5))
    ys = 2 * xs + 1
    ys[3:] += rng.uniform(2, 4, size=2)
    check_interpolant(student, xs, ys, xs[:-1] + rng.uniform(0.1, 0.9, size=4) * np.diff(xs))


@question("interpolate", points=1)
def test_interpolate_an_arc_of_a_circle(student, rng):
    """With more and more points on an arc of a circle the gap falls as the theory of chords says."""
    radius, centre = rng.uniform(1, 3), rng.uniform(-2, 2, size=2)
    gaps, want = [], []
    for segments in (2, 4, 8, 16):
        angles = np.linspace(5 * np.pi / 6, np.pi / 6, segments + 1)
        middles = (angles[:-1] + angles[1:]) / 2
        chord = radius * np.cos(np.pi / 3 / segments)
        x = centre[0] + chord * np.cos(middles)
        answer = student.interpolate(centre[0] + radius * np.cos(angles), centre[1] + radius * np.sin(angles))
        height = network_heights(answer, x)
        gaps.append(np.max(radius - np.hypot(x - centre[0], height - centre[1])))
        want.append(radius - chord)
    close(np.array(gaps), np.array(want), atol=1e-6, what="the largest gap to the circle with 2, 4, 8 and 16 segments")


# local_affine


def clear_of_kinks(layers, x):
    """Tell whether no hidden unit receives nearly 0 at x, each hidden layer has units on and off, and an output is negative."""
    h = x
    for weights, bias in layers[:-1]:
        z = weights @ h + bias
        if np.min(np.abs(z)) < 0.02 or np.all(z > 0) or np.all(z < 0):
            return False
        h = np.maximum(0, z)
    return np.min(layers[-1][0] @ h + layers[-1][1]) < -0.02


def deep_case(rng, widths):
    """Return random layers and a point, away from all kinks."""
    while True:
        layers = [(rng.normal(size=(m, n)), rng.normal(size=m)) for n, m in zip(widths[:-1], widths[1:], strict=True)]
        x = rng.normal(size=widths[0])
        if clear_of_kinks(layers, x):
            return layers, x


def torch_affine(layers, x):
    """Return slope and offset of the network at x from torch.autograd."""

    def f(t):
        for weights, bias in layers[:-1]:
            t = torch.relu(torch.from_numpy(weights) @ t + torch.from_numpy(bias))
        return torch.from_numpy(layers[-1][0]) @ t + torch.from_numpy(layers[-1][1])

    point = torch.from_numpy(x)
    slopes = torch.autograd.functional.jacobian(f, point).numpy()
    return slopes, f(point).numpy() - slopes @ x


def close_enough(got, want):
    try:
        close(got, want)
    except Mismatch:
        return False
    return True


def check_affine(student, layers, x):
    """Compare (A, c) with torch.autograd and name the usual mistakes."""
    want, offset = torch_affine(layers, x)
    unmasked, unmasked_offset = np.eye(len(x)), np.zeros(len(x))
    kept, kept_offset, h = np.eye(len(x)), np.zeros(len(x)), x
    for weights, bias in layers[:-1]:
        unmasked, unmasked_offset = weights @ unmasked, weights @ unmasked_offset + bias
        z = weights @ h + bias
        kept, kept_offset = (z > 0)[:, None] * (weights @ kept), weights @ kept_offset + bias
        h = np.maximum(0, z)
    weights, bias = layers[-1]
    cut, last = want @ x + offset > 0, "the last layer has no ReLU: none of its outputs is switched off"
    slopes, constant = pair(student.local_affine(layers, x))
    close(slopes, want, what="A",
          mistakes={last: cut[:, None] * want, "no unit was switched off: this is the product of the plain weight matrices": weights @ unmasked})
    close(constant, offset, what="c",
          mistakes={last: cut * offset, "this is f(x), not the offset: what A does to x belongs to A": offset + want @ x,
                    "the offsets of inactive units are still in it": weights @ kept_offset + bias,
                    "no unit was switched off: this is the offset of the network without ReLU": weights @ unmasked_offset + bias,
                    "the bias of the last layer is missing": offset - bias,
                    "this is the bias of the last layer alone": bias})


@question("local_affine", points=0.75)
def test_local_affine_of_one_hidden_layer(student, rng):
    """Slope and offset agree with automatic differentiation for one hidden layer and two outputs."""
    check_affine(student, *deep_case(rng, [3, 6, 2]))


@question("local_affine", points=1)
def test_local_affine_of_a_deep_network(student, rng):
    """Slope and offset agree with automatic differentiation for three hidden layers of different widths."""
    check_affine(student, *deep_case(rng, [2, 5, 4, 6, 3]))


@question("local_affine", points=0.5)
def test_local_affine_of_one_input(student, rng):
    """One input still gives a matrix A, of shape (M, 1)."""
    check_affine(student, *deep_case(rng, [1, 5, 4, 1]))


@question("local_affine", points=0.5)
def test_local_affine_of_one_layer_and_of_a_silent_one(student, rng):
    """One layer alone is its own affine map, and behind a layer without active units f is constant."""
    weights, bias = rng.normal(size=(2, 3)), rng.normal(size=2)
    slopes, offset = pair(student.local_affine([(weights, bias)], rng.normal(size=3)))
    close(slopes, weights, what="A of one layer")
    close(offset, bias, what="c of one layer")
    silent = (rng.normal(size=(4, 3)), np.full(4, -50.0))
    last = (rng.normal(size=(2, 4)), bias)
    slopes, offset = pair(student.local_affine([silent, last], rng.uniform(-1, 1, size=3)))
    close(slopes, np.zeros((2, 3)), what="A behind a silent layer")
    close(offset, bias, what="c behind a silent layer")


@question("local_affine", points=0.25)
def test_local_affine_leaves_its_arguments_alone(student, rng):
    """`local_affine` changes neither the weights and biases nor x."""
    layers, x = deep_case(rng, [3, 6, 2])
    parts = pair(unchanged(student.local_affine, layers, x))
    right = [close_enough(part, want) for part, want in zip(parts, torch_affine(layers, x), strict=True)]
    if not any(right):
        raise Mismatch("neither A nor c is right yet, and this is judged only on what is right by itself")


# predict_fold_regions


@question("predict_fold_regions", points=1)
def test_predict_fold_regions(student):
    """The prediction for the number of pieces of five folds is right."""
    guess = student.predict_fold_regions.value()
    if guess is None:
        not_attempted("Set predict_fold_regions to the number that you expect.")
    value = scalar(guess, "predict_fold_regions")
    if value != 32:
        diagnosis = {
            10: "two pieces a fold, added up: but a later fold works on all the pieces before it",
            11: "this is the bound for one hidden layer",
            31: "this is the number of bends, not of pieces",
        }.get(value, "")
        raise Mismatch("not this number: draw one fold, then two, and see what the second does to both halves", diagnosis)


# count_regions


def exact_places(layers, lo, hi):
    """Return (places, first): all places in (lo, hi) where a hidden unit changes sign, and those of the first layer."""
    exact = [([[Fraction(float(w)) for w in row] for row in weights], [Fraction(float(b)) for b in bias]) for weights, bias in layers]
    places, first = [Fraction(lo), Fraction(hi)], 0
    values = [[x] for x in places]
    for weights, bias in exact[:-1]:
        found = dict(zip(places, values, strict=True))

        def preactivation(h, weights=weights, bias=bias):
            return [sum(w * v for w, v in zip(row, h, strict=True)) + b for row, b in zip(weights, bias, strict=True)]

        for k in range(len(places) - 1):
            for left, right in zip(preactivation(values[k]), preactivation(values[k + 1]), strict=True):
                if left * right < 0:
                    share = left / (left - right)
                    x = places[k] + (places[k + 1] - places[k]) * share
                    found[x] = [u + (v - u) * share for u, v in zip(values[k], values[k + 1], strict=True)]
        places = sorted(found)
        values = [[max(Fraction(0), z) for z in preactivation(found[x])] for x in places]
        first = first or len(places) - 2
    return places, first


def heights(layers, x):
    """Return f at the entries of x for a network with one input and one output."""
    h = x[:, None]
    for weights, bias in layers[:-1]:
        h = np.maximum(0, h @ weights.T + bias)
    return (h @ layers[-1][0].T + layers[-1][1])[:, 0]


def clear_network(rng, hidden, lo, hi):
    """Return (layers, pieces, pieces by the first layer alone), with every switch well separated and visible in f."""
    widths = [1, *hidden, 1]
    while True:
        layers = [(rng.normal(size=(m, n)), rng.normal(size=m)) for n, m in zip(widths[:-1], widths[1:], strict=True)]
        layers[0] = (layers[0][0], -layers[0][0][:, 0] * rng.uniform(1.3 * lo, 1.3 * hi, size=hidden[0]))
        places, first = exact_places(layers, lo, hi)
        x = np.array([float(place) for place in places])
        if len(x) < 4 or np.min(np.diff(x)) < 1e-3 * (hi - lo):
            continue
        slopes = np.diff(heights(layers, x)) / np.diff(x)
        if np.min(np.abs(np.diff(slopes))) > 0.01:
            return layers, len(x) - 1, first + 1


@question("count_regions", points=0.5)
def test_count_regions_of_one_hidden_layer(student, rng):
    """One hidden layer: the bends inside the interval count, and those outside do not."""
    got, want, all_units = [], [], []
    for units in (3, 5, 8):
        theta, phi, places = one_layer(rng, units)
        ordered = np.sort(places)
        lo, hi = (ordered[0] + ordered[1]) / 2, ordered[-1] + 1
        layers = [(theta[:, 1:], theta[:, 0]), (phi[None, 1:], phi[:1])]
        got.append(scalar(student.count_regions(layers, float(lo), float(hi))))
        want.append(units)
        all_units.append(units + 1)
    close(np.array(got), np.array(want),
          mistakes={"this is the number of pieces on the whole axis: look at lo and hi": np.array(all_units),
                    "these are the bends; there is one piece more than bends": np.array(want) - 1})


@question("count_regions", points=1)
def test_count_regions_of_random_deep_networks(student, rng):
    """Networks of two and three hidden layers, counted with exact fractions."""
    got, want, first, bound, units = [], [], [], [], []
    for hidden, lo, hi in [([4, 3], -3, 3), ([3, 4], -2, 4), ([5, 4], -3, 2), ([3, 3, 3], -3, 3)]:
        layers, pieces, by_first = clear_network(rng, hidden, lo, hi)
        got.append(scalar(student.count_regions(layers, float(lo), float(hi))))
        want.append(pieces)
        first.append(by_first)
        bound.append(math.prod(h + 1 for h in hidden))
        units.append(sum(hidden) + 1)
    close(np.array(got), np.array(want),
          mistakes={"the bends that the later layers make are missing": np.array(first),
                    "this is the largest number that such layers could have": np.array(bound),
                    "every unit was taken to bend f once": np.array(units),
                    "these are the bends; there is one piece more than bends": np.array(want) - 1})


@question("count_regions", points=0.5)
def test_count_regions_of_folds(student, rng):
    """Every fold, wherever its crease is, doubles the number of pieces on (0, 1)."""
    got, want = [], []
    for folds in (2, 4, 6):
        layers, passed = [], None
        for _ in range(folds):
            crease = rng.uniform(0.35, 0.65)
            weights, bias = (np.ones((2, 1)), np.zeros(2)) if passed is None else (np.ones((2, 1)) @ passed[0], np.repeat(passed[1], 2))
            layers.append((weights, bias + np.array([1.0, -crease])))
            passed = np.array([[1 / crease, -1 / crease - 1 / (1 - crease)]]), np.array([-1 / crease])
        layers.append(passed)
        got.append(scalar(student.count_regions(layers, 0.0, 1.0)))
        want.append(2**folds)
    close(np.array(got), np.array(want),
          mistakes={"folds behind one another do not add up": 2 * np.array([2, 4, 6]),
                    "every crease was counted once, but a later fold creases many layers of paper": np.array([3, 5, 7])})


def check_short_pieces(student, rng, length):
    """Four bends close together, `length` (to twice that) times the interval apart."""
    places = rng.uniform(-5, 5) + np.cumsum(20 * length * rng.uniform(1, 2, size=4))
    slopes = mixed(rng, 4)
    layers = [(slopes[:, None], -places * slopes), (mixed(rng, 4)[None, :], rng.normal(size=1))]
    got = scalar(student.count_regions(layers, -10.0, 10.0))
    close(got, 5, mistakes={"pieces that are very short compared with the interval were missed": got} if 1 <= got < 4 else None)


@question("count_regions", points=0.25)
def test_count_regions_of_short_pieces(student, rng):
    """Pieces far shorter than the step of a coarse grid count as well."""
    check_short_pieces(student, rng, 1e-5)


@question("count_regions", points=0.25)
def test_count_regions_of_the_shortest_pieces(student, rng):
    """Pieces of 1e-12 of the interval, shorter than the step of any grid, count as well."""
    check_short_pieces(student, rng, 1e-12)


@question("count_regions", points=0.5)
def test_count_regions_at_the_ends_of_the_interval(student):
    """A bend exactly at an end is outside, and one where two units switch counts once."""
    layers = [
        (np.array([[1.0], [2.0], [-4.0], [-1.0]]), np.array([0.0, -0.625, 1.25, 3.0])),
        (np.array([[1.0, 3.0, 0.5, -1.5]]), np.array([0.25])),
    ]
    intervals = [(0.0, 3.0), (-3.0, 3.0), (0.0, 6.0), (0.3125, 3.0)]
    got = [scalar(student.count_regions(layers, lo, hi)) for lo, hi in intervals]
    close(np.array(got), np.array([2, 3, 3, 1]),
          mistakes={"a bend exactly at lo or hi was counted": np.array([4, 4, 4, 3]),
                    "a bend where two units switch was counted twice": np.array([3, 4, 4, 1])})


@question("count_regions", points=0.5)
def test_count_regions_without_hidden_layers(student, rng):
    """One layer alone is a single straight line."""
    close(student.count_regions([(mixed(rng, 1)[None, :], rng.normal(size=1))], -2.0, 2.0), 1)
