"""Hidden suite of 04_bias_threshold: random inputs, exact ties, every shape that the contract names."""

import numpy as np
import pytest

from grader.suite import (
    Mismatch,
    array,
    close,
    expect_error,
    not_attempted,
    pair,
    question,
    scalar,
    unchanged,
)
from grader.suite.exceptions import StudentFailure

CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


def away_from_zero(rng, shape):
    """Random numbers of both signs, none nearer to 0 than 0.01."""
    return rng.uniform(0.01, 3.0, size=shape) * rng.choice([-1.0, 1.0], size=shape)


def separated(rng, n, d):
    """A batch, weights and a threshold that no weighted sum comes near, so that order of summation cannot matter.

    Between a quarter and three quarters of the rows fire, and the threshold is never negligible: its negative, or
    leaving it out, changes at least three answers.
    """
    while True:
        x, w = rng.normal(size=(n, d)), rng.normal(size=d)
        middle = np.sort(x @ w)[n // 4 : n - n // 4]
        gap = int(np.argmax(np.diff(middle)))
        h = float(middle[gap] + middle[gap + 1]) / 2
        right, negated, left_out = x @ w >= h, x @ w >= -h, x @ w >= 0
        clear = np.abs(np.abs(x @ w) - abs(h)).min() > 1e-3
        if clear and min((right != negated).sum(), (right != left_out).sum()) >= 3:
            return x, w, h


def separated_square(rng):
    """A square batch on which the transposed batch answers differently."""
    while True:
        x, w, h = separated(rng, 24, 24)
        if ((x @ w >= h) != (w @ x >= h)).any():
            return x, w, h


def exact_tie(rng, n, d):
    """Small whole numbers and halves, exactly representable: row k has a weighted sum of exactly h + offsets[k]."""
    x = rng.integers(-4, 5, size=(n, d)) / 2
    w = np.append(rng.integers(-3, 4, size=d - 1), 1.0)
    h = float(rng.integers(1, 6)) / 2
    offsets = np.resize([0.0, -0.25, 0.25], n)
    x[:, -1] += h + offsets - x @ w
    return x, w, h, offsets


def fires(got, want, mistakes=None, what=""):
    """Judge 0/1 answers exactly, in the shape of `want`."""
    exact = {sentence: np.asarray(wrong, dtype=float) for sentence, wrong in (mistakes or {}).items()}
    close(got, np.asarray(want, dtype=float), rtol=0, atol=0, mistakes=exact, what=what)


def check_gate(answer, inputs, wanted):
    """Evaluate the neuron (w, b) on every row of a truth table."""
    weights, bias = pair(answer)
    weights = array(weights, shape=(inputs.shape[1],), what="the weights")
    bias = scalar(bias, what="the bias")
    for row, on in zip(inputs, wanted, strict=True):
        z = float(row @ weights) + bias
        # A tie fires; rounding of decimal weights may move it by a hair, which is no mistake.
        right = z >= -1e-12 if on else z < 0
        assert right, f"with inputs {row.tolist()} the pre-activation is {z:.4g}, but the neuron must {'' if on else 'not '}fire there"


@question("step", points=0.375)
def test_step_of_random_arrays(student, rng):
    """`step` compares each entry with 0, in arrays of one, two and three axes."""
    for shape in [(7,), (3, 5), (2, 3, 4)]:
        z = away_from_zero(rng, shape)
        fires(student.step(z), z > 0, {
            "1 and 0 are exchanged": z < 0,
            "negative inputs give −1; the step has the values 0 and 1": np.sign(z)})


@question("step", points=0.25)
def test_step_of_a_plain_number(student, rng):
    """`step` takes a plain Python number."""
    number = float(rng.uniform(0.01, 3.0))
    fires(student.step(number), True)
    fires(student.step(-number), False)


@question("step", points=0.125)
def test_step_of_an_array_without_axes(student, rng):
    """`step` takes an array without axes, which holds a single number."""
    z = float(rng.uniform(0.01, 3.0))
    fires(student.step(np.array(z)), True)
    fires(student.step(np.array(-z)), False)


@question("step", points=0.125)
def test_step_of_an_empty_array(student):
    """`step` of an empty array is an empty array."""
    fires(student.step(np.zeros(0)), np.zeros(0))


@question("step", points=0.125)
def test_step_of_arrays_in_any_order(student, rng):
    """`step` takes transposed and strided arrays as they come."""
    z = away_from_zero(rng, (4, 6))
    for view in [z[:, ::2], z.T]:
        fires(student.step(view), view > 0)


@question("step", points=0.125)
def test_step_of_single_precision(student, rng):
    """`step` takes float32 arrays."""
    z = rng.permutation(np.array([-2.5, -1.25, -0.01, 0.01, 1.5, 3.0])).astype(np.float32)
    fires(student.step(z), z > 0)


@question("step", points=0.125)
def test_step_leaves_its_argument_alone(student, rng):
    """`step` does not change the array that it is given, and a second call gives the same answer."""
    z = away_from_zero(rng, (5,))
    unchanged(student.step, z, want=1.0 * (z > 0))


@question("step", points=0.75)
def test_step_at_exactly_zero(student, rng):
    """`step` is 1 at exactly 0, and 0 just below."""
    z = np.array([0.0, -(2.0**-20), 2.0**-20])[rng.permutation(3)]
    fires(student.step(z), z >= 0, {"at exactly 0 the neuron fires, and yours does not": z > 0})


@question("threshold_to_bias", points=0.5)
def test_threshold_to_bias_of_a_positive_threshold(student, rng):
    """`threshold_to_bias` is right for positive thresholds and for 0."""
    h = float(rng.uniform(0.5, 4.0))
    close(student.threshold_to_bias(h), -h, mistakes={"this is still the threshold": h})
    close(student.threshold_to_bias(0.0), 0.0)


@question("threshold_to_bias", points=0.5)
def test_threshold_to_bias_of_a_negative_threshold(student, rng):
    """`threshold_to_bias` is right for negative thresholds."""
    h = float(rng.uniform(0.5, 4.0))
    positive = scalar(student.threshold_to_bias(h))
    close(student.threshold_to_bias(-h), h, mistakes={
        "this is still the threshold" if positive == h else "a negative threshold follows the same rule as a positive one": -h})


def neuron_mistakes(name, sums, h):
    """Return what known mistakes give for neurons with these weighted sums and this threshold."""
    if name == "threshold_neuron":
        return {"the threshold is added to the weighted sum": sums + h >= 0, "the threshold is left out": sums >= 0,
                "firing and not firing are exchanged": sums < h}
    return {"this is the neuron with the threshold b: a bias is added to the weighted sum, neither compared with it nor subtracted": sums >= -h,
            "the bias is left out": sums >= 0, "firing and not firing are exchanged": sums < h}


def neurons(points):
    """Parametrize a test over both neurons, each with what turns a threshold into its last argument."""
    return pytest.mark.parametrize("name, last", [
        pytest.param("threshold_neuron", lambda h: h, marks=question("threshold_neuron", points), id="threshold"),
        pytest.param("bias_neuron", lambda h: -h, marks=question("bias_neuron", points), id="bias")])


@neurons(0.75)
def test_neuron_on_random_batches(student, rng, name, last):
    """The neuron answers each row of a random batch."""
    for n, d in [(40, 4), (30, 1)]:
        x, w, h = separated(rng, n, d)
        fires(getattr(student, name)(w, x, last(h)), x @ w >= h, neuron_mistakes(name, x @ w, h))


@neurons(0.25)
def test_neuron_on_a_batch_of_one_row(student, rng, name, last):
    """A batch of one row is still a batch: the answer is an array with one entry."""
    x, w, h = separated(rng, 16, 3)
    for n in range(16):
        fires(getattr(student, name)(w, x[n : n + 1], last(h)), x[n : n + 1] @ w >= h)


@neurons(0.5)
def test_neuron_on_random_vectors(student, rng, name, last):
    """The neuron answers one random vector with one scalar."""
    x, w, h = separated(rng, 16, 5)
    for row in x:
        fires(getattr(student, name)(w, row, last(h)), row @ w >= h)


@neurons(0.5)
def test_neuron_on_a_square_batch(student, rng, name, last):
    """In a batch the vectors are the rows, also where there are as many rows as columns."""
    x, w, h = separated_square(rng)
    fires(getattr(student, name)(w, x, last(h)), x @ w >= h, {"the columns of the batch were taken for the vectors": w @ x >= h})


@neurons(0.75)
def test_neuron_fires_at_the_tie(student, rng, name, last):
    """The neuron fires where its pre-activation is exactly 0: the weighted sum is as large as the threshold."""
    x, w, h, offsets = exact_tie(rng, 6, 3)
    neuron, (rows, weights, level) = getattr(student, name), separated(rng, 20, 3)
    try:
        fires(neuron(weights, rows, last(level)), rows @ weights >= level)
    except (Mismatch, StudentFailure):  # batches are judged elsewhere
        for row, offset in zip(x, offsets, strict=True):
            fires(neuron(w, row, last(h)), offset >= 0)
    else:
        fires(neuron(w, x, last(h)), offsets >= 0, {"the tie must fire": offsets > 0})


@neurons(0.25)
def test_neuron_leaves_its_arguments_alone(student, rng, name, last):
    """The neuron changes neither the weights nor the batch, and a second call gives the same answer."""
    x, w, h = separated(rng, 20, 3)
    unchanged(getattr(student, name), w, x, last(h), want=1.0 * (x @ w >= h))


@question("predict_jump", points=1)
def test_predict_jump_is_where_the_neuron_jumps(student):
    """`predict_jump` is the x at which the neuron with weight 2 and bias 3 changes its answer."""
    value = student.predict_jump.value()
    if value is None:
        not_attempted("set predict_jump to a number before you draw the picture")
    close(value, -1.5, mistakes={
        "the weight is missing: find the x at which the whole pre-activation is 0": -3.0,
        "the sign is flipped: a larger bias makes firing easier": 1.5,
        "this is the bias itself": 3.0})


@question("add_bias_input", points=0.75)
def test_add_bias_input_on_random_batches(student, rng):
    """A random batch keeps its rows and gains a first column of ones."""
    for n, d in [(6, 3), (5, 1)]:
        x = rng.normal(size=(n, d))
        ones = np.ones((n, 1))
        close(student.add_bias_input(x), np.hstack([ones, x]), mistakes={
            "the constant input is at the end; here it comes first": np.hstack([x, ones]),
            "the constant input must be 1, not 0": np.hstack([0 * ones, x])})


@question("add_bias_input", points=0.5)
def test_add_bias_input_on_a_square_batch(student, rng):
    """As many rows as columns: the constant is still a new first column."""
    x = rng.normal(size=(4, 4))
    close(student.add_bias_input(x), np.hstack([np.ones((4, 1)), x]))


@question("add_bias_input", points=0.25)
def test_add_bias_input_on_a_batch_of_one_row(student, rng):
    """A batch of one row is still a batch."""
    x = rng.normal(size=(1, 4))
    close(student.add_bias_input(x), np.hstack([np.ones((1, 1)), x]))


@question("add_bias_input", points=0.25)
def test_add_bias_input_leaves_its_argument_alone(student, rng):
    """`add_bias_input` does not change the batch, and a second call gives the same answer."""
    x = rng.normal(size=(5, 3))
    unchanged(student.add_bias_input, x, want=np.hstack([np.ones((5, 1)), x]))


@question("add_bias_input", points=0.75)
def test_add_bias_input_on_random_vectors(student, rng):
    """A single vector of any length gains a 1 in front and stays one-dimensional."""
    for d in (1, 2, 7):
        x = rng.normal(size=d)
        close(student.add_bias_input(x), np.append(1.0, x),
              mistakes={"the constant input is at the end; here it comes first": np.append(x, 1.0)})


@question("fold_bias", points=0.25)
def test_fold_bias_leaves_the_weights_alone(student, rng):
    """`fold_bias` does not change the weights, and a second call gives the same answer."""
    w, b = away_from_zero(rng, 4), float(away_from_zero(rng, ()))
    unchanged(student.fold_bias, w, b, want=np.append(b, w))


@question("fold_bias", points=0.75)
def test_fold_bias_of_random_weights(student, rng):
    """The bias stands in front of the weights, for any number of them."""
    for d in (1, 2, 6):
        w, b = away_from_zero(rng, d), float(away_from_zero(rng, ()))
        close(student.fold_bias(w, b), np.append(b, w), mistakes={
            "the bias is at the end; the constant input comes first": np.append(w, b),
            "the sign of the bias is flipped; a bias is added, a threshold subtracted": np.append(-b, w),
            "the constant 1 stands where its weight belongs": np.append(1.0, w)})


@question("fold_bias", points=0.5)
def test_fold_bias_makes_one_product_of_the_affine_map(student, rng):
    """With a 1 in front of each input, the folded weights give w·x + b in a single product."""
    x, w, b = rng.normal(size=(5, 3)), away_from_zero(rng, 3), float(away_from_zero(rng, ()))
    folded = array(student.fold_bias(w, b), shape=(4,), what="the folded weights")
    close(np.hstack([np.ones((5, 1)), x]) @ folded, x @ w + b, what="the product with your folded weights",
          mistakes={"this product is w·x − b": x @ w - b})


@question("logic_gate", points=0.5)
def test_and_gate(student):
    """The "and" neuron fires only where both inputs are 1."""
    check_gate(student.logic_gate("and"), CORNERS, [0, 0, 0, 1])


@question("logic_gate", points=0.5)
def test_or_gate(student):
    """The "or" neuron fires where at least one input is 1."""
    check_gate(student.logic_gate("or"), CORNERS, [0, 1, 1, 1])


@question("logic_gate", points=1.5)
def test_nand_gate(student):
    """The "nand" neuron fires everywhere except where both inputs are 1."""
    check_gate(student.logic_gate("nand"), CORNERS, [1, 1, 1, 0])


@question("logic_gate", points=1)
def test_not_gate(student):
    """The "not" neuron has one input and fires only where it is 0."""
    check_gate(student.logic_gate("not"), np.array([[0.0], [1.0]]), [1, 0])


@question("logic_gate", points=0.5)
def test_unknown_gate_is_an_error(student, rng):
    """A name that is no gate raises a ValueError or a KeyError."""
    expect_error(student.logic_gate, f"gate{rng.integers(1000)}", kinds=("ValueError", "KeyError"))


@question("xor", points=1)
def test_xor_where_the_inputs_agree(student):
    """`xor` is 0 where both inputs are 0 and where both are 1."""
    fires(student.xor(0, 0), 0)
    fires(student.xor(1, 1), 0)


def xor_table(student, rng, kind):
    """Compare the whole truth table of `xor`, for inputs of one kind."""
    corners = CORNERS[rng.permutation(4)]
    first, second = corners.T.astype(bool)
    answers = [student.xor(kind(x1), kind(x2)) for x1, x2 in corners]
    fires(answers, first ^ second, {
        "this is the truth table of the plain or: both inputs on must give 0": first | second,
        "this is the truth table of and": first & second,
        "this is the truth table of nand": ~(first & second),
        "all four answers are exchanged": first == second},
        what=f"the four answers for the inputs {corners.astype(int).tolist()}")


@question("xor", points=0.75)
def test_xor_truth_table_in_any_order(student, rng):
    """`xor` gives its whole truth table, in any order of calls."""
    xor_table(student, rng, int)


@question("xor", points=0.25)
def test_xor_of_floats(student, rng):
    """`xor` takes 0.0 and 1.0 as well."""
    xor_table(student, rng, float)
