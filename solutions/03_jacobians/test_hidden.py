"""Hidden checks of the Jacobian exercise: random inputs, torch.autograd in double precision as the reference."""

import numpy as np
import pytest
import torch

from grader.suite import close, not_attempted, pair, question, scalar, unchanged

SWAPPED = "the two gradients have changed places: dW comes first, then dx"


def reference_jacobian(function, x):
    """Return the Jacobian of a torch function at x, in numerator layout, as a float64 array."""
    return torch.autograd.functional.jacobian(function, torch.from_numpy(np.array(x, dtype=float))).numpy()


def away_from(rng, kink, size):
    """Return random numbers on both sides of the kink, at least 0.05 away from it."""
    sign = rng.permutation(np.where(np.arange(size) % 2 == 0, 1.0, -1.0))
    return kink + sign * rng.uniform(0.05, 3.0, size=size)


def random_upstream(rng, size):
    """Return an upstream gradient with entries of both signs, none of them near 0 or 1."""
    sign = rng.permutation(np.where(np.arange(size) % 2 == 0, 1.0, -1.0))
    return sign * rng.uniform(1.2, 4.0, size=size)


def sigmoid(x):
    """Return the logistic function of moderate numbers."""
    return 1 / (1 + np.exp(-x))


@question("to_denominator_layout", points=0.5)
def test_to_denominator_layout_swaps_inputs_and_outputs(student, rng):
    """With 3 outputs and 5 inputs, row n of the answer belongs to input n."""
    jacobian = rng.normal(size=(3, 5))
    want = np.array([[jacobian[m, n] for m in range(3)] for n in range(5)])
    close(student.to_denominator_layout(jacobian), want,
          mistakes={"the numbers were poured into the new shape in reading order, so they sit in the wrong places": jacobian.reshape(5, 3)})


@question("to_denominator_layout", points=0.25)
def test_to_denominator_layout_leaves_its_argument_alone(student, rng):
    """The Jacobian that was given stays as it was, and a second call gives the same answer."""
    jacobian = rng.normal(size=(3, 5))
    unchanged(student.to_denominator_layout, jacobian, want=jacobian.T)


@question("to_denominator_layout", points=0.25)
def test_to_denominator_layout_of_a_square_jacobian(student, rng):
    """A square Jacobian that is not symmetric changes as well."""
    jacobian = rng.normal(size=(4, 4))
    close(student.to_denominator_layout(jacobian), jacobian.T,
          mistakes={"this is still the layout that was handed in": jacobian})


JACOBIANS = {  # what each takes besides x, and the torch function
    "relu_jacobian": ((), torch.relu),
    "max_jacobian": ((0.75,), lambda t: torch.clamp(t, min=0.75)),
    "sigmoid_jacobian": ((), torch.sigmoid),
    "softmax_jacobian": ((), lambda t: torch.softmax(t, dim=0)),
}


@pytest.mark.parametrize("name", [pytest.param(name, marks=question(name, 0.25)) for name in JACOBIANS])
def test_jacobian_leaves_its_argument_alone(student, rng, name):
    """x stays as it was, and a second call gives the same answer."""
    x, (others, function) = away_from(rng, 0.75, 5), JACOBIANS[name]
    x[np.abs(x) < 0.05] = -1.5
    unchanged(getattr(student, name), x, *others, want=reference_jacobian(function, x))


@question("relu_jacobian", points=0.75)
def test_relu_jacobian_matches_autograd(student, rng):
    """`relu_jacobian` agrees with automatic differentiation away from the kink."""
    x = away_from(rng, 0.0, 6)
    close(student.relu_jacobian(x), reference_jacobian(torch.relu, x),
          mistakes={"the matrix holds values of ReLU, not of its derivative": np.diag(np.maximum(x, 0)),
                    "every row repeats the same derivatives, although an output sees only its own input": np.tile(1.0 * (x > 0), (6, 1))})


@question("relu_jacobian", points=0.5)
def test_relu_jacobian_at_the_kink(student):
    """At exactly 0 the derivative follows the convention stated at the top of the notebook."""
    close(student.relu_jacobian(np.array([0.0, 2.0, 0.0, -1.0])), np.diag([0.0, 1.0, 0.0, 0.0]),
          mistakes={"an input of exactly 0 was let through": np.diag([1.0, 1.0, 1.0, 0.0])})


@question("relu_jacobian", points=0.5)
def test_relu_jacobian_of_one_number(student, rng):
    """One input still gives a matrix, of shape (1, 1)."""
    close(student.relu_jacobian(rng.uniform(0.5, 2.0, size=1)), np.array([[1.0]]))


@question("max_jacobian", points=0.75)
def test_max_jacobian_matches_autograd_above_a_positive_threshold(student, rng):
    """`max_jacobian` agrees with automatic differentiation for a threshold above 0."""
    a = float(rng.uniform(0.5, 2.0))
    x = np.append(away_from(rng, a, 6), a / 2)
    close(student.max_jacobian(x, a), reference_jacobian(lambda t: torch.clamp(t, min=a), x),
          mistakes={"the threshold is ignored: this is the Jacobian of ReLU": np.diag(1.0 * (x > 0)),
                    "the entries below the threshold were let through, and the others stopped": np.diag(1.0 * (x < a))})


@question("max_jacobian", points=0.5)
def test_max_jacobian_matches_autograd_for_a_negative_threshold(student, rng):
    """`max_jacobian` agrees with automatic differentiation for a threshold below 0."""
    a = -float(rng.uniform(0.5, 2.0))
    x = np.append(away_from(rng, a, 6), a / 2)
    close(student.max_jacobian(x, a), reference_jacobian(lambda t: torch.clamp(t, min=a), x),
          mistakes={"the threshold is ignored: this is the Jacobian of ReLU": np.diag(1.0 * (x > 0))})


@question("max_jacobian", points=0.5)
def test_max_jacobian_at_the_kink(student):
    """Where x equals the threshold the derivative follows the convention stated at the top of the notebook."""
    close(student.max_jacobian(np.array([1.5, 3.0, 0.5, 1.5]), 1.5), np.diag([0.0, 1.0, 0.0, 0.0]),
          mistakes={"an input of exactly a was let through": np.diag([1.0, 1.0, 0.0, 1.0])})


@question("sigmoid_jacobian", points=1.25)
def test_sigmoid_jacobian_matches_autograd(student, rng):
    """`sigmoid_jacobian` agrees with automatic differentiation."""
    x = away_from(rng, 0.0, 6)
    s = sigmoid(x)
    close(student.sigmoid_jacobian(x), reference_jacobian(torch.sigmoid, x),
          mistakes={"the diagonal holds the sigmoid itself, not its derivative": np.diag(s),
                    "the derivative was evaluated at the output instead of the input": np.diag(sigmoid(s) * (1 - sigmoid(s))),
                    "the input was taken for the output": np.diag(x * (1 - x)),
                    "the sign is flipped": np.diag(s * (s - 1))})


@question("sigmoid_jacobian", points=0.5)
def test_sigmoid_jacobian_of_one_number(student, rng):
    """One input still gives a matrix, of shape (1, 1)."""
    x = rng.uniform(0.5, 2.0, size=1)
    close(student.sigmoid_jacobian(x), reference_jacobian(torch.sigmoid, x))


@question("numerical_jacobian", points=1)
def test_numerical_jacobian_matches_autograd(student, rng):
    """With its own step the numerical Jacobian of a smooth function agrees with automatic differentiation."""
    weights, x = rng.uniform(0.2, 0.8, size=(3, 5)) * rng.choice([-1.0, 1.0], size=(3, 5)), rng.normal(size=5)
    want = reference_jacobian(lambda t: torch.tanh(torch.from_numpy(weights) @ t), x)
    close(student.numerical_jacobian(lambda t: np.tanh(weights @ np.asarray(t, dtype=float)), x), want,
          mistakes={"the difference was divided by h, but the two points are farther apart": 2 * want, "the sign is flipped": -want})


@question("numerical_jacobian", points=1)
def test_numerical_jacobian_uses_central_differences_with_the_given_step(student, rng):
    """A large step leaves exactly the error that central differences with this step have."""
    mixing, x, h = rng.uniform(0.5, 2.0, size=(4, 3)), rng.uniform(1.5, 3.0, size=3), float(rng.uniform(0.2, 0.4))
    close(student.numerical_jacobian(lambda t: mixing @ np.asarray(t, dtype=float) ** 3, x, h=h), mixing * (3 * x**2 + h**2),
          mistakes={"this is a forward difference": mixing * (3 * x**2 + 3 * x * h + h**2),
                    "this is a backward difference": mixing * (3 * x**2 - 3 * x * h + h**2),
                    "the difference was divided by h, but the two points are farther apart": 2 * mixing * (3 * x**2 + h**2),
                    "the points are half as far apart as asked": mixing * (3 * x**2 + h**2 / 4),
                    "the step grows with the size of x": mixing * (3 * x**2 + (h * x) ** 2),
                    "the given step was not used": mixing * 3 * x**2})


@question("numerical_jacobian", points=0.5)
def test_numerical_jacobian_has_the_documented_default_step(student):
    """Without `h` the step is 1e-5: a very steep cubic at 0 makes it visible."""
    close(student.numerical_jacobian(lambda t: 1e10 * np.asarray(t, dtype=float) ** 3, np.zeros(2)), np.eye(2))


@question("numerical_jacobian", points=0.5)
def test_numerical_jacobian_of_one_output(student, rng):
    """One output gives one row."""
    row = rng.normal(size=(1, 4))
    close(student.numerical_jacobian(lambda t: row @ np.asarray(t, dtype=float), rng.normal(size=4)), row)


@question("numerical_jacobian", points=0.5)
def test_numerical_jacobian_of_one_input(student, rng):
    """One input gives one column."""
    column = rng.normal(size=(3, 1))
    close(student.numerical_jacobian(lambda t: column @ np.asarray(t, dtype=float), rng.normal(size=1)), column)


@question("numerical_jacobian", points=0.5)
def test_numerical_jacobian_changes_neither_x_nor_its_answer(student, rng):
    """`numerical_jacobian` leaves x as it was, and a second call gives the same answer."""
    weights, x = rng.normal(size=(2, 3)), rng.normal(size=3)
    unchanged(student.numerical_jacobian, lambda t: weights @ np.asarray(t, dtype=float), x, want=weights)


@question("predict_softmax_row_sum", points=1)
def test_predict_softmax_row_sum(student):
    """The prediction for the sum of a row of the softmax Jacobian is right."""
    guess = student.predict_softmax_row_sum.value()
    if guess is None:
        not_attempted("Set predict_softmax_row_sum to the number that you expect.")
    assert abs(scalar(guess, "predict_softmax_row_sum")) < 1e-9, (
        "Not this number. Run softmax_jacobian, sum a row, and explain to yourself what adding 1 to every score does.")


@question("softmax_jacobian", points=1.25)
def test_softmax_jacobian_matches_autograd(student, rng):
    """`softmax_jacobian` agrees with automatic differentiation, on and off the diagonal."""
    x = rng.uniform(-1.5, 1.5, size=5)
    p = np.exp(x) / np.exp(x).sum()
    want = reference_jacobian(lambda t: torch.softmax(t, dim=0), x)
    close(student.softmax_jacobian(x), want,
          mistakes={"only the diagonal is filled, but softmax is not an elementwise function": np.diag(p * (1 - p)),
                    "the sign is flipped": -want,
                    "the entries off the diagonal have the wrong sign": np.diag(p * (1 - p)) + np.outer(p, p) - np.diag(p * p),
                    "the matrix holds probabilities, not derivatives": np.diag(p)})


@question("softmax_jacobian", points=1)
def test_softmax_jacobian_of_scores_of_a_thousand(student, rng):
    """Scores of 1000 and -1000 give finite, right numbers."""
    order = rng.permutation(3)
    tie = np.array([[0.25, -0.25, 0.0], [-0.25, 0.25, 0.0], [0.0, 0.0, 0.0]])
    close(student.softmax_jacobian(np.array([1000.0, 1000.0, -1000.0])[order]), tie[np.ix_(order, order)])
    close(student.softmax_jacobian(np.array([-1000.0, -1000.0])), tie[:2, :2])


@question("softmax_jacobian", points=0.5)
def test_softmax_jacobian_of_one_number(student, rng):
    """One score gives a (1, 1) matrix, and its probability cannot change."""
    close(student.softmax_jacobian(rng.normal(size=1)), np.array([[0.0]]))


@question("relu_vjp", points=0.5)
def test_relu_vjp_matches_autograd(student, rng):
    """`relu_vjp` agrees with automatic differentiation for a random upstream gradient."""
    x, upstream = away_from(rng, 0.0, 8), random_upstream(rng, 8)
    x[:4], upstream[:4] = [1.5, 1.5, -1.5, -1.5], [2.5, -2.5, 2.5, -2.5]
    want = upstream @ reference_jacobian(torch.relu, x)
    close(student.relu_vjp(x, upstream), want,
          mistakes={"the upstream gradient is missing: this is only the local derivative": 1.0 * (x > 0),
                    "the mask was made from the upstream gradient instead of x": upstream * (upstream > 0),
                    "the upstream gradient was multiplied by the output instead of the derivative": upstream * np.maximum(x, 0),
                    "nothing was stopped: this is the upstream gradient": upstream})


@question("relu_vjp", points=0.5)
def test_relu_vjp_at_the_kink(student, rng):
    """At exactly 0 the downstream gradient follows the convention stated at the top of the notebook."""
    upstream = random_upstream(rng, 4)
    close(student.relu_vjp(np.array([0.0, 2.0, 0.0, -1.0]), upstream), np.array([0.0, upstream[1], 0.0, 0.0]),
          mistakes={"an input of exactly 0 was let through": upstream * np.array([1.0, 1.0, 1.0, 0.0])})


@question("relu_vjp", points=0.5)
def test_relu_vjp_leaves_its_arguments_alone(student, rng):
    """`relu_vjp` changes neither x nor the upstream gradient, and a second call gives the same answer."""
    x, upstream = away_from(rng, 0.0, 8), random_upstream(rng, 8)
    unchanged(student.relu_vjp, x, upstream, want=np.where(x > 0, upstream, 0.0))


@question("relu_vjp", points=0.5)
def test_relu_vjp_of_200_000_units(student, rng):
    """A layer of 200 000 units works: its Jacobian would take 320 GB."""
    x, upstream = away_from(rng, 0.0, 200_000), random_upstream(rng, 200_000)
    close(student.relu_vjp(x, upstream), np.where(x > 0, upstream, 0.0))


@question("linear_vjp", points=1)
def test_linear_vjp_gradient_of_the_weights(student, rng):
    """dW agrees with automatic differentiation for a random upstream gradient and W of shape (3, 5)."""
    weights, x, upstream = rng.normal(size=(3, 5)), random_upstream(rng, 5), random_upstream(rng, 3)
    want, swapped = linear_reference(weights, x, upstream)
    close(pair(student.linear_vjp(weights, x, upstream))[0], want, what="dW",
          mistakes={SWAPPED: swapped, "the upstream gradient is missing: this is only the local derivative": np.tile(x, (3, 1))})


@question("linear_vjp", points=1)
def test_linear_vjp_gradient_of_the_input(student, rng):
    """dx agrees with automatic differentiation for a random upstream gradient and W of shape (3, 5)."""
    weights, x, upstream = rng.normal(size=(3, 5)), random_upstream(rng, 5), random_upstream(rng, 3)
    swapped, want = linear_reference(weights, x, upstream)
    close(pair(student.linear_vjp(weights, x, upstream))[1], want, what="dx",
          mistakes={SWAPPED: swapped, "the upstream gradient is missing: this is only the local derivative": weights.sum(axis=0)})


@question("linear_vjp", points=0.25)
def test_linear_vjp_leaves_its_arguments_alone(student, rng):
    """W, x and the upstream gradient stay as they were, and a second call gives the same answer."""
    weights, x, upstream = rng.normal(size=(3, 5)), random_upstream(rng, 5), random_upstream(rng, 3)
    unchanged(student.linear_vjp, weights, x, upstream, want=linear_reference(weights, x, upstream))


@question("linear_vjp", points=0.25)
def test_linear_vjp_with_a_square_matrix(student, rng):
    """Both gradients are right for a square W too."""
    weights, x, upstream = rng.normal(size=(4, 4)), random_upstream(rng, 4), random_upstream(rng, 4)
    d_weights, dx = pair(student.linear_vjp(weights, x, upstream))
    want_weights, want_x = linear_reference(weights, x, upstream)
    close(d_weights, want_weights, what="dW", mistakes={SWAPPED: want_x, "this is the transposed gradient": want_weights.T})
    close(dx, want_x, what="dx", mistakes={"W was used where its transpose belongs": weights @ upstream})


@question("linear_vjp", points=0.5)
def test_linear_vjp_of_very_large_layers(student, rng):
    """A layer with 200 000 inputs, or with 100 000 outputs, works within the memory limit."""
    for shape in [(1, 200_000), (100_000, 2)]:
        weights, x, upstream = rng.normal(size=shape), rng.normal(size=shape[1]), rng.normal(size=shape[0])
        answer = student.linear_vjp.keep(weights, x, upstream)  # one gradient a message: both as lists are too many parts for one
        want_weights, want_x = linear_reference(weights, x, upstream)
        missing = "the upstream gradient is missing: this is only the local derivative"
        close(answer[0].value(), want_weights, what="dW", mistakes={SWAPPED: want_x, missing: np.tile(x, (shape[0], 1))})
        close(answer[1].value(), want_x, what="dx", mistakes={missing: weights.sum(axis=0)})


def linear_reference(weights, x, upstream):
    """Return the gradients of upstream · (W x) with respect to W and x, by automatic differentiation."""
    leaves = [torch.from_numpy(part.copy()).requires_grad_() for part in (weights, x)]
    gradients = torch.autograd.grad((leaves[0] @ leaves[1]) @ torch.from_numpy(upstream), leaves)
    return tuple(gradient.numpy() for gradient in gradients)
