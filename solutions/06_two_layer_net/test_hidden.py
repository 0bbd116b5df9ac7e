"""Hidden checks of the two-layer network: random nets, torch.autograd in double precision as the reference."""

from itertools import pairwise

import numpy as np
import pytest
import torch

from grader.suite import Mismatch, array, close, not_attempted, pair, question, scalar, unchanged

NAMES = ("W1", "b1", "W2", "b2", "x")
CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
UNITS = 8


def signed(rng, size, low, high):
    """Return numbers of both signs (from two on), with absolute values between low and high."""
    return rng.permutation(np.where(np.arange(size) % 2 == 0, 1.0, -1.0)) * rng.uniform(low, high, size=size)


def random_net(rng, n_inputs, n_outputs):
    """Return (params, x, upstream) of a net in which no mask can be mistaken for another.

    Its 8 hidden units have all 8 combinations of the signs of W1 x, of the preactivation and of the gradient that
    arrives from above; preactivations are at least 0.3 away from the kink, outputs have both signs.
    """
    x, upstream = signed(rng, n_inputs, 0.5, 2.0), signed(rng, n_outputs, 1.2, 4.0)
    first, second = rng.normal(size=(UNITS, n_inputs)), rng.normal(size=(n_outputs, UNITS))
    order = rng.permutation(UNITS)
    product, preactivation, gradient = (np.where(order & bit, 1.0, -1.0) for bit in (1, 2, 4))
    first *= (product * np.sign(first @ x))[:, None]
    second *= gradient * np.sign(upstream @ second)
    first_bias = preactivation * rng.uniform(0.3, 2.0, size=UNITS) - first @ x
    second_bias = signed(rng, n_outputs, 0.5, 3.0) - second @ np.maximum(0, first @ x + first_bias)
    return {"W1": first, "b1": first_bias, "W2": second, "b2": second_bias}, x, upstream


def random_layers(rng, sizes, x):
    """Return layers whose preactivations at x have both signs and stay 0.3 away from the kink."""
    layers = []
    for n_inputs, n_outputs in pairwise(sizes):
        weights = rng.normal(size=(n_outputs, n_inputs))
        layers.append((weights, signed(rng, n_outputs, 0.3, 2.0) - weights @ x))
        x = np.maximum(0, weights @ x + layers[-1][1])
    return layers


def linear_layers(rng, sizes):
    """Return random layers with biases away from 0."""
    return [(rng.normal(size=(m, n)), signed(rng, m, 0.5, 2.0)) for n, m in pairwise(sizes)]


def reference(params, x, upstream):
    """Return the output and the five gradients of upstream · f, by automatic differentiation."""
    first, first_bias, second, second_bias, point = leaves = [
        torch.from_numpy(np.array(part)).requires_grad_() for part in [*(params[name] for name in NAMES[:4]), x]
    ]
    output = second @ torch.relu(first @ point + first_bias) + second_bias
    gradients = torch.autograd.grad(output @ torch.from_numpy(upstream), leaves)
    return output.detach().numpy(), dict(zip(NAMES, (gradient.numpy() for gradient in gradients), strict=True))


@question("forward", points=1.5)
def test_forward_matches_torch(student, rng):
    """`forward` agrees with torch for 5 inputs, 8 hidden units and 4 outputs."""
    params, x, upstream = random_net(rng, 5, 4)
    first, first_bias, second, second_bias = (params[name] for name in NAMES[:4])
    z, want = first @ x + first_bias, reference(params, x, upstream)[0]
    close(student.forward(params, x), want,
          mistakes={"there is no ReLU: this is what two linear layers give": second @ z + second_bias,
                    "a ReLU was applied to the output as well": np.maximum(0, want),
                    "the ReLU was applied to the output instead of the hidden layer": np.maximum(0, second @ z + second_bias),
                    "the hidden bias is missing": second @ np.maximum(0, first @ x) + second_bias,
                    "the output bias is missing": want - second_bias,
                    "both biases are missing": second @ np.maximum(0, first @ x),
                    "the hidden bias was added after the ReLU": second @ (np.maximum(0, first @ x) + first_bias) + second_bias,
                    "the ReLU was applied to the input": second @ (first @ np.maximum(0, x) + first_bias) + second_bias,
                    "a sigmoid stands where the ReLU belongs": second @ (1 / (1 + np.exp(-z))) + second_bias,
                    "the hidden layer answers yes or no (a step) instead of how much": second @ (1.0 * (z > 0)) + second_bias,
                    "the ReLU lets the negative side through": second @ np.minimum(0, z) + second_bias,
                    "the hidden layer takes absolute values instead of a ReLU": second @ np.abs(z) + second_bias})


@question("forward", points=0.5)
def test_forward_with_square_matrices(student, rng):
    """With 8 inputs, 8 hidden units and 8 outputs the matrices still act from the same side."""
    params, x, upstream = random_net(rng, 8, 8)
    want = reference(params, x, upstream)[0]
    first, first_bias, second, second_bias = (params[name] for name in NAMES[:4])
    hidden = np.maximum(0, first @ x + first_bias)
    close(student.forward(params, x), want,
          mistakes={"both weight matrices act transposed": second.T @ np.maximum(0, first.T @ x + first_bias) + second_bias,
                    "W1 acts transposed": second @ np.maximum(0, first.T @ x + first_bias) + second_bias,
                    "W2 acts transposed": second.T @ hidden + second_bias})


@question("forward", points=0.25)
def test_forward_with_one_output(student, rng):
    """One output has the shape (1,)."""
    params, x, upstream = random_net(rng, 3, 1)
    close(student.forward(params, x), reference(params, x, upstream)[0])


@question("forward", points=0.25)
def test_forward_where_every_hidden_unit_is_off(student, rng):
    """Where all preactivations are negative, only the output bias is left."""
    params, x, _ = random_net(rng, 3, 2)
    params["b1"] = -rng.uniform(0.3, 2.0, size=UNITS) - params["W1"] @ x
    params["b2"] = signed(rng, 2, 0.5, 3.0)
    close(student.forward(params, x), params["b2"])


@question("forward", points=0.5)
def test_forward_leaves_its_arguments_alone(student, rng):
    """`forward` changes neither params nor x, and a second call gives the same answer."""
    params, x, upstream = random_net(rng, 4, 3)
    unchanged(student.forward, params, x, want=reference(params, x, upstream)[0])


def run(layers, x, hidden=lambda z: np.maximum(0, z), output=lambda z: z):
    """Return the output of layers with a function between them and one after the last."""
    for weights, bias in layers[:-1]:
        x = hidden(weights @ x + bias)
    return output(layers[-1][0] @ x + layers[-1][1])


@question("deep_forward", points=1)
def test_deep_forward_with_four_layers(student, rng):
    """Four layers of different widths agree with the formula, a ReLU after each but the last."""
    x = signed(rng, 4, 0.5, 2.0)
    layers = random_layers(rng, [4, 6, 5, 7, 4], x)
    close(student.deep_forward(layers, x), run(layers, x),
          mistakes={"there is no ReLU between the layers": run(layers, x, hidden=lambda z: z),
                    "a ReLU was applied after the last layer as well": run(layers, x, output=lambda z: np.maximum(0, z)),
                    "a ReLU was applied to the input": run(layers, np.maximum(0, x)),
                    "the biases are missing": run([(weights, 0 * bias) for weights, bias in layers], x),
                    "only the last bias is there": run([*((weights, 0 * bias) for weights, bias in layers[:-1]), layers[-1]], x),
                    "this is the last hidden vector: the last layer is missing": run([*layers[:-1], (np.eye(7), np.zeros(7))], x),
                    "the first hidden layer has no ReLU":
                        run([(layers[1][0] @ layers[0][0], layers[1][0] @ layers[0][1] + layers[1][1]), *layers[2:]], x),
                    "the last hidden layer has no ReLU":
                        run([*layers[:2], (layers[3][0] @ layers[2][0], layers[3][0] @ layers[2][1] + layers[3][1])], x)})


@question("deep_forward", points=0.5)
def test_deep_forward_with_one_layer(student, rng):
    """A list of one layer is a linear map with a bias: negative inputs and outputs are kept."""
    x = signed(rng, 4, 0.5, 2.0)
    layers = random_layers(rng, [4, 4], x)
    close(student.deep_forward(layers, x), run(layers, x),
          mistakes={"a ReLU was applied after the last layer": run(layers, x, output=lambda z: np.maximum(0, z))})


@question("deep_forward", points=0.5)
def test_deep_forward_with_square_matrices(student, rng):
    """Three layers of the same width: order and side of the matrices show in the numbers only."""
    x = signed(rng, 5, 0.5, 2.0)
    layers = random_layers(rng, [5, 5, 5, 5], x)
    close(student.deep_forward(layers, x), run(layers, x),
          mistakes={"the weight matrices act transposed": run([(weights.T, bias) for weights, bias in layers], x),
                    "the layers were applied from the last to the first": run(layers[::-1], x)})


@question("deep_forward", points=0.5)
def test_deep_forward_leaves_its_arguments_alone(student, rng):
    """`deep_forward` changes neither the layers nor x, and a second call gives the same answer."""
    x = signed(rng, 3, 0.5, 2.0)
    layers = random_layers(rng, [3, 6, 4, 2], x)
    unchanged(student.deep_forward, layers, x, want=run(layers, x))


def verdict(got, want, what):
    """Fail unless the answer to `what` is true or false (or 1 or 0) as wanted."""
    said = scalar(got, what)
    assert said in (0, 1), f"{what}: expected True or False, got {said:g}"
    assert said == want, f"{what}: got {bool(said)}, expected {want}"


def eighths(rng, shape):
    """Return positive numbers of which sums and products are exact, so that no rounding plays a part."""
    return rng.integers(4, 16, size=shape) / 8


@question("is_additive", points=0.5)
def test_is_additive_tells_a_matrix_from_a_relu_network(student, rng):
    """A product with a matrix is additive; a ReLU network without biases is not."""
    matrix, x1, x2 = eighths(rng, (3, 4)), eighths(rng, 4), eighths(rng, 4)
    verdict(student.is_additive(lambda x: matrix @ np.asarray(x, dtype=float), x1, x2), True, what="a matrix product")
    verdict(student.is_additive(lambda x: matrix @ np.maximum(0, np.asarray(x, dtype=float)), x1, -x2), False,
            what="a ReLU network, for inputs of opposite signs")


@question("is_additive", points=0.5)
def test_is_additive_of_functions_to_one_number(student, rng):
    """Functions that return one float: a weighted sum is additive, a squared length is not."""
    weights, x1, x2 = (eighths(rng, 5) for _ in range(3))
    verdict(student.is_additive(lambda x: float(weights @ np.asarray(x, dtype=float)), x1, x2), True, what="a weighted sum")
    verdict(student.is_additive(lambda x: float(np.sum(np.asarray(x, dtype=float) ** 2)), x1, x2), False, what="a squared length")


@question("is_additive", points=0.5)
def test_is_additive_rejects_a_bias(student, rng):
    """W x + b with a bias is not additive; W x alone is."""
    matrix, x1, x2 = eighths(rng, (3, 4)), eighths(rng, 4), eighths(rng, 4)
    bias = eighths(rng, 3) * [1, -1, 1]
    verdict(student.is_additive(lambda x: matrix @ np.asarray(x, dtype=float) + bias, x1, x2), False, what="with a bias")
    verdict(student.is_additive(lambda x: matrix @ np.asarray(x, dtype=float), x1, x2), True, what="without the bias")


@question("is_additive", points=0.5)
def test_is_additive_has_a_relative_tolerance(student, rng):
    """Rounding is forgiven and a relative gap of a few thousandths is not, for outputs around 1e8."""
    matrix, x1, x2 = rng.uniform(0.5, 2.0, size=(40, 50)), 1e6 * rng.uniform(0.5, 2.0, size=50), 1e6 * rng.uniform(0.5, 2.0, size=50)
    size = float(np.mean(matrix @ (x1 + x2)))
    got, want, sides = [], [], []
    for shift in (0.0, 3e-3 * size, size):
        got.append(scalar(student.is_additive(lambda x, shift=shift: matrix @ np.asarray(x, dtype=float) + shift, x1, x2), "the verdict"))
        want.append(shift == 0)
        sides.append((matrix @ (x1 + x2) + shift, (matrix @ x1 + shift) + (matrix @ x2 + shift)))
    if got == want:
        return
    others = {"an absolute tolerance of 1e-9 in place of a relative one would say the same": {"rtol": 0, "atol": 1e-9},
              "an exact comparison with == would say the same": {"rtol": 0, "atol": 0}}
    diagnosis = [sentence for sentence, tolerance in others.items() if [np.allclose(*both, **tolerance) for both in sides] == got]
    raise Mismatch("a matrix product; with a bias of three thousandths of its size; with a large bias (inputs around 1e6): "
                   f"got {[bool(said) for said in got]}, expected {want}", diagnosis[0] if diagnosis else "")


@question("is_additive", points=0.5)
def test_is_additive_looks_at_every_output(student, rng):
    """One output that is not additive is enough for False."""
    x1, x2, weights = (eighths(rng, 3) for _ in range(3))

    def outputs(x, *others):
        total = float(weights @ np.asarray(x, dtype=float))
        return np.array([total, 2 * total, -total, *others])

    verdict(student.is_additive(outputs, x1, x2), True, what="additive outputs")
    verdict(student.is_additive(lambda x: outputs(x, 3.0), x1, x2), False, what="one output has a bias")
    verdict(student.is_additive(lambda x: outputs(x) + np.array([0.5, -0.5, 0.0]), x1, x2), False, what="two outputs have opposite biases")


@question("is_additive", points=0.5)
def test_is_additive_leaves_its_arguments_alone(student, rng):
    """`is_additive` changes neither x1 nor x2, and says the same when asked again."""
    matrix, x1, x2 = eighths(rng, (3, 4)), eighths(rng, 4), eighths(rng, 4)
    unchanged(student.is_additive, lambda x: matrix @ np.asarray(x, dtype=float), x1, x2, want=True)
    unchanged(student.is_additive, lambda x: np.asarray(x, dtype=float) ** 2, x1, x2, want=False)


@question("predict_collapsed_numbers", points=1)
def test_predict_collapsed_numbers(student):
    """The prediction for the number of coefficients after collapsing is right."""
    guess = student.predict_collapsed_numbers.value()
    if guess is None:
        not_attempted("Set predict_collapsed_numbers to the number that you expect.")
    assert abs(scalar(guess, "predict_collapsed_numbers") - 3) < 1e-9, (
        "Not this number. Collapse such a network with collapse_linear, and count the entries of W and of b.")


def parts(points):
    """Parametrize a test over the two parts of what `collapse_linear` gives."""
    return pytest.mark.parametrize("part", [pytest.param(part, marks=question("collapse_linear", points)) for part in "Wb"])


def check_part(student, layers, part, weights, bias, mistakes=None):
    """Compare one part of the collapsed layers; `mistakes` are those of W and of b."""
    got = dict(zip("Wb", pair(student.collapse_linear(layers)), strict=True))
    close(got[part], {"W": weights, "b": bias}[part], what=part, mistakes=(mistakes or {}).get(part))


@parts(0.375)
def test_collapse_linear_of_two_layers(student, rng, part):
    """Two layers without ReLU become one with the right W, and with the right b."""
    (first, first_bias), (second, second_bias) = layers = linear_layers(rng, [4, 6, 3])
    check_part(student, layers, part, second @ first, second @ first_bias + second_bias, {"b": {
        "the first bias is missing: it goes through the second layer too": second_bias,
        "the second bias is missing": second @ first_bias,
        "both biases go through the second matrix, but only one of them comes before it": second @ first_bias + 2 * second_bias}})


@parts(0.375)
def test_collapse_linear_of_five_layers(student, rng, part):
    """Five layers of different widths become one with the right W, and with the right b."""
    layers = linear_layers(rng, [3, 5, 2, 4, 6, 4])
    bias = run(layers, np.zeros(3), hidden=lambda z: z)
    weights = np.stack([run(layers, x, hidden=lambda z: z) - bias for x in np.eye(3)], axis=1)
    check_part(student, layers, part, weights, bias)


@parts(0.25)
def test_collapse_linear_with_square_matrices(student, rng, part):
    """Three layers of the same width: the order of the products and the path of each bias show in the numbers only."""
    layers = linear_layers(rng, [4, 4, 4, 4])
    (first, b_first), (second, b_second), (third, b_third) = layers
    check_part(student, layers, part, third @ second @ first, third @ (second @ b_first + b_second) + b_third, {
        "W": {"the matrices were multiplied in the order of the list; which one touches x first?": first @ second @ third},
        "b": {"the biases were added up, but each passes through the layers after it": b_first + b_second + b_third,
              "only the last bias is there": b_third}})


@parts(0.125)
def test_collapse_linear_of_one_layer(student, rng, part):
    """A single layer collapses to itself."""
    layers = linear_layers(rng, [4, 3])
    check_part(student, layers, part, *layers[0])


@question("collapse_linear", points=0.25)
def test_collapse_linear_leaves_the_layers_alone(student, rng):
    """`collapse_linear` does not change the list or its arrays, and a second call gives the same answer."""
    (first, first_bias), (second, second_bias) = layers = linear_layers(rng, [3, 4, 2])
    unchanged(student.collapse_linear, layers, want=(second @ first, second @ first_bias + second_bias))


def gradient(answer, name):
    """Return one entry of the student's dict, or fail with a sentence."""
    assert isinstance(answer, dict), "backward must return a dict"
    assert name in answer, f"the dict has no entry {name!r}"
    return answer[name]


def wrong_hidden_gradients(params, x, upstream):
    """Return what misconceptions give for the gradient of the preactivation, a sentence each."""
    z = params["W1"] @ x + params["b1"]
    arriving = params["W2"].T @ upstream
    return {"the ReLU was forgotten on the way back: units that were off got a gradient": arriving,
            "the upstream gradient is missing: this is only the local derivative": params["W2"].sum(axis=0) * (z > 0),
            "the mask was made from the gradient, not from what went into the ReLU": np.maximum(0, arriving),
            "the mask was made before the bias was added": arriving * (params["W1"] @ x > 0),
            "the ReLU's value was used instead of its derivative": arriving * np.maximum(0, z),
            "the units that were on were stopped, and the others let through": arriving * (z < 0),
            "the gradient did not pass through W2": upstream.sum() * (z > 0)}


@question("backward", points=1)
def test_backward_gradient_of_the_output_bias(student, rng):
    """The entry b2 agrees with automatic differentiation for a random upstream gradient."""
    params, x, upstream = random_net(rng, 5, 4)
    close(gradient(student.backward(params, x, upstream), "b2"), reference(params, x, upstream)[1]["b2"], what="b2",
          mistakes={"the upstream gradient is missing: this is only the local derivative": np.ones(4)})


@question("backward", points=1)
def test_backward_gradient_of_the_second_weights(student, rng):
    """The entry W2 agrees with automatic differentiation for a random upstream gradient."""
    params, x, upstream = random_net(rng, 5, 4)
    z = params["W1"] @ x + params["b1"]
    close(gradient(student.backward(params, x, upstream), "W2"), reference(params, x, upstream)[1]["W2"], what="W2",
          mistakes={"the upstream gradient is missing: this is only the local derivative": np.tile(np.maximum(0, z), (4, 1)),
                    "what went into the ReLU was used, but W2 multiplies what came out of it": np.outer(upstream, z),
                    "the hidden layer counts as on or off here, but W2 multiplies its values": np.outer(upstream, z > 0)})


@question("backward", points=1)
def test_backward_gradient_of_the_hidden_bias(student, rng):
    """The entry b1 agrees with automatic differentiation for a random upstream gradient."""
    params, x, upstream = random_net(rng, 5, 4)
    close(gradient(student.backward(params, x, upstream), "b1"), reference(params, x, upstream)[1]["b1"], what="b1",
          mistakes=wrong_hidden_gradients(params, x, upstream))


@question("backward", points=1)
def test_backward_gradient_of_the_first_weights(student, rng):
    """The entry W1 agrees with automatic differentiation for a random upstream gradient."""
    params, x, upstream = random_net(rng, 5, 4)
    wrong = wrong_hidden_gradients(params, x, upstream)
    close(gradient(student.backward(params, x, upstream), "W1"), reference(params, x, upstream)[1]["W1"], what="W1",
          mistakes={sentence: np.outer(value, x) for sentence, value in wrong.items()})


@question("backward", points=1)
def test_backward_gradient_of_the_input(student, rng):
    """The entry x agrees with automatic differentiation for a random upstream gradient."""
    params, x, upstream = random_net(rng, 5, 4)
    wrong = wrong_hidden_gradients(params, x, upstream)
    close(gradient(student.backward(params, x, upstream), "x"), reference(params, x, upstream)[1]["x"], what="x",
          mistakes={sentence: params["W1"].T @ value for sentence, value in wrong.items()})


@question("backward", points=0.5)
def test_backward_at_the_kink(student, rng):
    """A unit with a preactivation of exactly 0 follows the convention stated at the top of the notebook."""
    params = {"W1": np.array([[1.0, 2.0], [1.0, 1.0], [2.0, -1.0]]), "b1": np.array([-5.0, -2.0, 1.0]),
              "W2": signed(rng, 6, 1.2, 3.0).reshape(2, 3), "b2": rng.normal(size=2)}
    upstream = np.array([1.5, 2.5]) * np.sign(params["W2"][:, 0])  # what arrives at the unit at the kink is not 0
    arriving = params["W2"].T @ upstream
    close(gradient(student.backward(params, np.array([1.0, 2.0]), upstream), "b1"), arriving * [0, 1, 1], what="b1",
          mistakes={"a preactivation of exactly 0 was let through": arriving})


@question("backward", points=0.25)
def test_backward_leaves_its_arguments_alone(student, rng):
    """`backward` changes neither params nor x nor upstream, and a second call gives the same answer."""
    params, x, upstream = random_net(rng, 4, 3)
    unchanged(student.backward, params, x, upstream, want=reference(params, x, upstream)[1])


@question("backward", points=0.25)
def test_backward_of_a_square_network(student, rng):
    """With square matrices all five gradients are right."""
    params, x, upstream = random_net(rng, 8, 8)
    answer = student.backward(params, x, upstream)
    wants = reference(params, x, upstream)[1]
    hidden_gradient, hidden = wants["b1"], np.maximum(0, params["W1"] @ x + params["b1"])
    mistakes = {"W1": {"this is the transposed gradient": np.outer(x, hidden_gradient)},
                "W2": {"this is the transposed gradient": np.outer(hidden, upstream)},
                "b1": {"W2 was used where its transpose belongs": (params["W2"] @ upstream) * (hidden > 0)},
                "x": {"W1 was used where its transpose belongs": params["W1"] @ hidden_gradient}}
    for name in NAMES:
        close(gradient(answer, name), wants[name], what=name, mistakes=mistakes.get(name))


def xor_network(student):
    """Return the four arrays of the student's XOR network, checked for their shapes."""
    params = student.solve_xor()
    assert isinstance(params, dict), "solve_xor must return a dict with the keys W1, b1, W2 and b2"
    parts = []
    for name, shape in {"W1": (2, 2), "b1": (2,), "W2": (1, 2), "b2": (1,)}.items():
        assert name in params, f"the dict has no entry {name!r}"
        parts.append(array(params[name], shape, what=name))
        assert np.all(np.isfinite(parts[-1])), f"{name} holds a number that is not finite"
    return parts


def corner_outputs(parts, activation):
    """Return the outputs at the four corners."""
    first, first_bias, second, second_bias = parts
    return (activation(CORNERS @ first.T + first_bias) @ second.T + second_bias)[:, 0]


@question("solve_xor", points=2)
def test_solve_xor_at_the_four_corners(student):
    """With two hidden ReLU units the output is above 0.5 where exactly one input is 1, and below 0.5 elsewhere."""
    parts = xor_network(student)
    outputs = corner_outputs(parts, lambda z: np.maximum(0, z))
    wanted = np.array([False, True, True, False])
    right = np.where(wanted, outputs > 0.5, outputs < 0.5)
    if np.all(right):
        return
    stepped, linear = corner_outputs(parts, lambda z: 1.0 * (z >= 0)), corner_outputs(parts, lambda z: z)
    says = tuple((outputs > 0.5).tolist())
    named = {(False, True, True, True): "this network computes OR: look at the corner (1, 1)",
             (False, False, False, True): "this network computes AND",
             (True, False, False, True): "the answers are the wrong way round: high where both inputs are equal"}
    diagnosis = named.get(says, "") if np.all(outputs != 0.5) else ""
    if np.all(np.where(wanted, stepped > 0.5, stepped < 0.5)):
        diagnosis = "these weights solve XOR with a step activation, but here the hidden units are ReLUs"
    elif np.allclose(outputs, linear, rtol=0, atol=1e-12):
        diagnosis = "no ReLU bends anything between the corners: on them this network is one linear map"
    shown = ", ".join(f"({a:g}, {b:g}) gives {output:.6g}" for (a, b), output in zip(CORNERS, outputs, strict=True))
    raise Mismatch(f"{shown}; expected: below, above, above, below 0.5", diagnosis)
