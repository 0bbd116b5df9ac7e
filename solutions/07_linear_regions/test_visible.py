"""Visible checks of the linear-regions exercise: shapes, worked numbers and easy cases."""

import numpy as np

from grader.suite import array, boolean, close, not_attempted, pair, question, scalar

THETA = np.array([[1.0, 2.0], [-1.5, 1.0], [1.0, -2.0]])
PHI = np.array([-3.0, 1.5, -5.0, 2.0])


def whole(got):
    """Return a single whole number as a Python integer of any size."""
    if isinstance(got, int):
        return int(got)
    if isinstance(got, (np.ndarray, np.generic)) and got.ndim == 0 and got.dtype.kind in "iu":
        return int(got)
    value = scalar(got)
    assert np.isfinite(value) and value == int(value), f"expected a whole number, got {value}"
    return int(value)


@question("active_units", points=1)
def test_active_units_of_the_worked_network(student):
    """In the worked network units 1 and 3 are active at x = 0, and units 1 and 2 at x = 2."""
    boolean(student.active_units(THETA, 0.0), np.array([True, False, True]))
    boolean(student.active_units(THETA, 2.0), np.array([True, True, False]))


@question("breakpoints", points=2)
def test_breakpoints_of_the_worked_network(student):
    """The worked network bends at -0.5, 0.5 and 1.5."""
    close(student.breakpoints(THETA), np.array([-0.5, 0.5, 1.5]))


@question("breakpoints", points=0.5)
def test_breakpoints_with_a_flat_unit_and_an_equal_place(student):
    """A unit of slope 0 has no breakpoint, and two units that switch at 3 make one."""
    theta = np.array([[-3.0, 1.0], [1.0, 0.0], [4.0, -2.0], [-6.0, 2.0]])
    close(student.breakpoints(theta), np.array([2.0, 3.0]))


@question("region_slope", points=2)
def test_region_slope_of_the_worked_network(student):
    """The worked network has the slopes -4, -1, 3 and -2 at x = -1, 0, 1 and 2."""
    got = np.array([scalar(student.region_slope(THETA, PHI, x)) for x in (-1.0, 0.0, 1.0, 2.0)])
    close(got, np.array([-4.0, -1.0, 3.0, -2.0]))


@question("region_slopes", points=2.5)
def test_region_slopes_of_the_worked_network(student):
    """The four pieces of the worked network have the slopes -4, -1, 3 and -2."""
    close(student.region_slopes(THETA, PHI), np.array([-4.0, -1.0, 3.0, -2.0]))


@question("max_regions", points=1.5)
def test_max_regions_of_small_layers(student):
    """Ten units cut a line into at most 11 pieces, and three units a plane into at most 7 regions."""
    for n_inputs, n_hidden, want in [(1, 10, 11), (2, 3, 7)]:
        got = whole(student.max_regions(n_inputs, n_hidden))
        assert got == want, f"max_regions({n_inputs}, {n_hidden}): got {got}, expected {want}"


@question("interpolate", points=3)
def test_interpolate_through_three_points(student):
    """The network through (1, 2), (2, 4) and (4, 3) has these heights, and 3 and 3.5 halfway between."""
    theta, phi = pair(student.interpolate(np.array([1.0, 2.0, 4.0]), np.array([2.0, 4.0, 3.0])))
    theta, phi = array(theta, what="theta", most=2000), array(phi, what="phi", most=2000)
    assert theta.ndim == 2 and theta.shape[1] == 2, f"theta must have the shape (H, 2), not {theta.shape}"
    assert phi.shape == (len(theta) + 1,), f"phi must have the shape ({len(theta) + 1},), not {phi.shape}"
    x = np.array([1.0, 1.5, 2.0, 3.0, 4.0])
    f = phi[0] + np.maximum(0, theta[:, 0] + np.outer(x, theta[:, 1])) @ phi[1:]
    close(f, np.array([2.0, 3.0, 4.0, 3.5, 3.0]), what="f at 1, 1.5, 2, 3 and 4")


@question("local_affine", points=3)
def test_local_affine_of_the_worked_layers(student):
    """The worked layers are (1, 2) x - 3 around the point (1, 3)."""
    layers = [
        (np.array([[1.0, 0.0], [-1.0, 2.0], [0.0, -1.0]]), np.array([0.0, 1.0, 1.0])),
        (np.array([[2.0, 1.0, 5.0]]), np.array([-4.0])),
    ]
    slopes, offset = pair(student.local_affine(layers, np.array([1.0, 3.0])))
    close(slopes, np.array([[1.0, 2.0]]), what="A")
    close(offset, np.array([-3.0]), what="c")


@question("predict_fold_regions", points=1)
def test_predict_fold_regions_is_a_whole_number(student):
    """The prediction is one whole number; whether it is right is judged later."""
    guess = student.predict_fold_regions.value()
    if guess is None:
        not_attempted("Set predict_fold_regions to the number that you expect.")
    whole(guess)


@question("count_regions", points=2)
def test_count_regions_of_the_hat(student):
    """max(0, x) - 2 max(0, x - 1) has 3 pieces on (-1, 3) and 2 on (0, 3)."""
    hat = [(np.array([[1.0], [1.0]]), np.array([0.0, -1.0])), (np.array([[1.0, -2.0]]), np.array([0.0]))]
    close(student.count_regions(hat, -1.0, 3.0), 3, what="on (-1, 3)")
    close(student.count_regions(hat, 0.0, 3.0), 2, what="on (0, 3)")


@question("count_regions", points=1.5)
def test_count_regions_of_the_deeper_hat(student):
    """The hat with a second layer has 4 pieces on (0.25, 3)."""
    layers = [
        (np.array([[1.0], [1.0]]), np.array([0.0, -1.0])),
        (np.array([[1.0, -2.0]]), np.array([-0.5])),
        (np.array([[1.0]]), np.array([0.0])),
    ]
    close(student.count_regions(layers, 0.25, 3.0), 4)
