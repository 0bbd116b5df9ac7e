"""Visible checks of the two-layer network: shapes, worked numbers and easy cases."""

import numpy as np

from grader.suite import array, close, not_attempted, pair, question, scalar

# The worked network of the notebook: 2 inputs, 3 hidden units, 2 outputs.
NET = {
    "W1": np.array([[1.0, 0.0], [1.0, -1.0], [-1.0, 2.0]]),
    "b1": np.array([1.0, 0.0, -1.0]),
    "W2": np.array([[1.0, 5.0, -1.0], [2.0, 0.0, 1.0]]),
    "b2": np.array([0.5, -1.0]),
}
X, UPSTREAM = np.array([1.0, 2.0]), np.array([10.0, -1.0])


@question("forward", points=3)
def test_forward_on_the_worked_network(student):
    """The worked network turns (1, 2) into (0.5, 5)."""
    close(student.forward(NET, X), np.array([0.5, 5.0]))


@question("deep_forward", points=1.5)
def test_deep_forward_on_three_layers(student):
    """The three worked layers turn 0.7 into 0.8."""
    layers = [
        (np.array([[1.0], [1.0]]), np.array([0.0, -0.5])),
        (np.array([[2.0, -4.0], [2.0, -4.0]]), np.array([0.0, -0.5])),
        (np.array([[2.0, -4.0]]), np.array([0.0])),
    ]
    close(student.deep_forward(layers, np.array([0.7])), np.array([0.8]))


@question("deep_forward", points=1)
def test_deep_forward_of_a_single_layer(student):
    """A single layer may answer with a negative number."""
    close(student.deep_forward([(np.array([[2.0, -1.0]]), np.array([-5.0]))], np.array([1.0, 1.0])), np.array([-4.0]))


def verdict(got, want, what):
    """Fail unless the answer to `what` is true or false (or 1 or 0) as wanted."""
    said = scalar(got, what)
    assert said in (0, 1), f"{what}: expected True or False, got {said:g}"
    assert said == want, f"{what}: got {bool(said)}, expected {want}"


@question("is_additive", points=1.5)
def test_is_additive_accepts_doubling_and_rejects_relu(student):
    """Doubling is additive for (3, 1) and (-2, 5); ReLU is not."""
    x1, x2 = np.array([3.0, 1.0]), np.array([-2.0, 5.0])
    verdict(student.is_additive(lambda x: 2 * np.asarray(x, dtype=float), x1, x2), True, what="doubling")
    verdict(student.is_additive(lambda x: np.maximum(0, np.asarray(x, dtype=float)), x1, x2), False, what="ReLU")


@question("is_additive", points=1.5)
def test_is_additive_rejects_a_straight_line_with_a_bias(student):
    """2x + 1 is not additive, although its graph is a straight line; 2x is."""
    x1, x2 = np.array([3.0]), np.array([4.0])
    verdict(student.is_additive(lambda x: float(2 * x[0] + 1), x1, x2), False, what="2x + 1")
    verdict(student.is_additive(lambda x: float(2 * x[0]), x1, x2), True, what="2x")


@question("predict_collapsed_numbers", points=1)
def test_predict_collapsed_numbers_is_a_number(student):
    """The prediction is one number; whether it is right is judged later."""
    guess = student.predict_collapsed_numbers.value()
    if guess is None:
        not_attempted("Set predict_collapsed_numbers to the number that you expect.")
    scalar(guess, "predict_collapsed_numbers")


@question("collapse_linear", points=2.5)
def test_collapse_linear_of_the_two_worked_layers(student):
    """The two worked layers become one with W = [[3, 1]] and b = (-0.5,)."""
    layers = [
        (np.array([[1.0, 2.0], [0.0, 1.0], [1.0, 0.0]]), np.array([1.0, 0.0, -1.0])),
        (np.array([[1.0, -1.0, 2.0]]), np.array([0.5])),
    ]
    weights, bias = pair(student.collapse_linear(layers))
    close(weights, np.array([[3.0, 1.0]]), what="W")
    close(bias, np.array([-0.5]), what="b")


def worked_gradient(student, name, want):
    gradients = student.backward(NET, X, UPSTREAM)
    assert isinstance(gradients, dict), "backward must return a dict"
    assert name in gradients, f"the dict has no entry {name!r}"
    close(gradients[name], np.array(want), what=name)


@question("backward", points=1)
def test_backward_b2_of_the_worked_network(student):
    """The gradient of b2 in the worked network."""
    worked_gradient(student, "b2", [10.0, -1.0])


@question("backward", points=1)
def test_backward_second_weights_of_the_worked_network(student):
    """The gradient of W2 in the worked network."""
    worked_gradient(student, "W2", [[20.0, 0.0, 20.0], [-2.0, 0.0, -2.0]])


@question("backward", points=1)
def test_backward_b1_of_the_worked_network(student):
    """The gradient of b1 in the worked network."""
    worked_gradient(student, "b1", [8.0, 0.0, -11.0])


@question("backward", points=1.5)
def test_backward_first_weights_of_the_worked_network(student):
    """The gradient of W1 in the worked network."""
    worked_gradient(student, "W1", [[8.0, 16.0], [0.0, 0.0], [-11.0, -22.0]])


@question("backward", points=1.5)
def test_backward_input_of_the_worked_network(student):
    """The gradient of x in the worked network."""
    worked_gradient(student, "x", [19.0, -22.0])


@question("solve_xor", points=2)
def test_solve_xor_on_the_four_corners(student):
    """Two hidden units, and the output is on the right side of 0.5 at all four corners."""
    params = student.solve_xor()
    assert isinstance(params, dict), "solve_xor must return a dict with the keys W1, b1, W2 and b2"
    parts = []
    for name, shape in {"W1": (2, 2), "b1": (2,), "W2": (1, 2), "b2": (1,)}.items():
        assert name in params, f"the dict has no entry {name!r}"
        parts.append(array(params[name], shape, what=name))
    first, first_bias, second, second_bias = parts
    for corner in [(0, 0), (0, 1), (1, 0), (1, 1)]:
        output = float((second @ np.maximum(0, first @ np.array(corner) + first_bias) + second_bias)[0])
        side = "above" if corner[0] != corner[1] else "below"
        assert (output > 0.5) if side == "above" else (output < 0.5), f"the output at {corner} is {output:.6g}, expected {side} 0.5"
