"""Hidden suite of 04_bias_threshold: random inputs, exact ties, every shape that the contract names."""

import numpy as np

from grader.suite import (
    array,
    close,
    expect_error,
    not_attempted,
    pair,
    pure,
    question,
    scalar,
)

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


@question("step", points=0.5)
def test_step_of_random_arrays_of_every_shape(student, rng):
    """`step` compares each entry with 0, for scalars, 0-d, 1-D, 2-D, 3-D and empty arrays."""
    number = float(away_from_zero(rng, ()))
    fires(student.step(number), number > 0)
    for shape in [(), (7,), (3, 5), (2, 3, 4), (0,)]:
        z = away_from_zero(rng, shape)
        fires(pure(student.step, z), z > 0, {} if z.size < 2 else {
            "1 and 0 are exchanged": z < 0,
            "negative inputs give −1; the step has the values 0 and 1": np.sign(z)})


@question("step", points=0.5)
def test_step_of_strided_and_single_precision_arrays(student, rng):
    """`step` takes transposed, strided and float32 arrays as they come."""
    z = away_from_zero(rng, (4, 6))
    for view in [z[:, ::2], z.T, z.astype(np.float32)]:
        fires(student.step(view), view > 0)


@question("step", points=1)
def test_step_at_exactly_zero(student, rng):
    """`step` is 1 at exactly 0, and 0 just below."""
    z = np.array([0.0, -(2.0**-20), 2.0**-20])[rng.permutation(3)]
    fires(student.step(z), z >= 0, {"at exactly 0 the neuron fires, and yours does not": z > 0})
    fires(student.step(0.0), True)


@question("threshold_to_bias", points=1)
def test_threshold_to_bias_of_any_sign(student, rng):
    """`threshold_to_bias` is right for positive and negative thresholds and for 0."""
    h = float(rng.uniform(0.5, 4.0))
    close(student.threshold_to_bias(h), -h,
          mistakes={"this is still the threshold": h})
    close(student.threshold_to_bias(-h), h,
          mistakes={"a negative threshold follows the same rule as a positive one": -abs(h)})
    close(student.threshold_to_bias(0.0), 0.0)


@question("threshold_neuron", points=1)
def test_threshold_neuron_on_random_batches(student, rng):
    """`threshold_neuron` answers each row of a random batch, of one row too."""
    for n, d in [(40, 4), (30, 1)]:
        x, w, h = separated(rng, n, d)
        sums = x @ w
        fires(pure(student.threshold_neuron, w, x, h), sums >= h, {
            "the threshold is added to the weighted sum": sums + h >= 0,
            "the threshold is left out": sums >= 0,
            "firing and not firing are exchanged": sums < h})
    fires(student.threshold_neuron(w, x[:1], h), x[:1] @ w >= h)


@question("threshold_neuron", points=0.5)
def test_threshold_neuron_on_random_vectors(student, rng):
    """`threshold_neuron` answers one random vector with one scalar."""
    x, w, h = separated(rng, 16, 5)
    for row in x:
        fires(student.threshold_neuron(w, row, h), row @ w >= h)


@question("threshold_neuron", points=0.5)
def test_threshold_neuron_on_a_square_batch(student, rng):
    """In a batch the vectors are the rows, also where there are as many rows as columns."""
    x, w, h = separated_square(rng)
    fires(student.threshold_neuron(w, x, h), x @ w >= h,
          {"the columns of the batch were taken for the vectors": w @ x >= h})


@question("threshold_neuron", points=1)
def test_threshold_neuron_fires_at_the_tie(student, rng):
    """`threshold_neuron` fires where the weighted sum is exactly the threshold."""
    x, w, h, offsets = exact_tie(rng, 6, 3)
    fires(student.threshold_neuron(w, x, h), offsets >= 0, {"the tie must fire": offsets > 0})
    fires(student.threshold_neuron(w, x[0], h), True)


@question("bias_neuron", points=1)
def test_bias_neuron_on_random_batches(student, rng):
    """`bias_neuron` answers each row of a random batch, of one row too."""
    for n, d in [(40, 4), (30, 1)]:
        x, w, h = separated(rng, n, d)
        sums, b = x @ w, -h
        fires(pure(student.bias_neuron, w, x, b), sums + b >= 0, {
            "this is the neuron with the threshold b: a bias is added to the weighted sum, neither compared with it nor subtracted": sums >= b,
            "the bias is left out": sums >= 0,
            "firing and not firing are exchanged": sums + b < 0})
    fires(student.bias_neuron(w, x[:1], b), x[:1] @ w + b >= 0)


@question("bias_neuron", points=0.5)
def test_bias_neuron_on_random_vectors(student, rng):
    """`bias_neuron` answers one random vector with one scalar."""
    x, w, h = separated(rng, 16, 5)
    for row in x:
        fires(student.bias_neuron(w, row, -h), row @ w - h >= 0)


@question("bias_neuron", points=0.5)
def test_bias_neuron_on_a_square_batch(student, rng):
    """In a batch the vectors are the rows, also where there are as many rows as columns."""
    x, w, h = separated_square(rng)
    fires(student.bias_neuron(w, x, -h), x @ w - h >= 0,
          {"the columns of the batch were taken for the vectors": w @ x - h >= 0})


@question("bias_neuron", points=1)
def test_bias_neuron_fires_at_the_tie(student, rng):
    """`bias_neuron` fires where w·x + b is exactly 0."""
    x, w, h, offsets = exact_tie(rng, 6, 3)
    fires(student.bias_neuron(w, x, -h), offsets >= 0, {"the tie must fire": offsets > 0})
    fires(student.bias_neuron(w, x[0], -h), True)


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


@question("add_bias_input", points=1)
def test_add_bias_input_on_random_batches(student, rng):
    """A random batch keeps its rows and gains a first column of ones."""
    for n, d in [(6, 3), (1, 4), (5, 1)]:
        x = rng.normal(size=(n, d))
        ones = np.ones((n, 1))
        close(pure(student.add_bias_input, x), np.hstack([ones, x]), mistakes={
            "the constant input is at the end; here it comes first": np.hstack([x, ones]),
            "the constant input must be 1, not 0": np.hstack([0 * ones, x])})


@question("add_bias_input", points=0.5)
def test_add_bias_input_on_a_square_batch(student, rng):
    """As many rows as columns: the constant is still a new first column."""
    x = rng.normal(size=(4, 4))
    close(student.add_bias_input(x), np.hstack([np.ones((4, 1)), x]))


@question("add_bias_input", points=1)
def test_add_bias_input_on_random_vectors(student, rng):
    """A single vector of any length gains a 1 in front and stays one-dimensional."""
    for d in (1, 2, 7):
        x = rng.normal(size=d)
        close(pure(student.add_bias_input, x), np.append(1.0, x),
              mistakes={"the constant input is at the end; here it comes first": np.append(x, 1.0)})


@question("fold_bias", points=1)
def test_fold_bias_of_random_weights(student, rng):
    """The bias stands in front of the weights, for any number of them."""
    for d in (1, 2, 6):
        w, b = away_from_zero(rng, d), float(away_from_zero(rng, ()))
        close(pure(student.fold_bias, w, b), np.append(b, w), mistakes={
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


@question("xor", points=1)
def test_xor_truth_table_in_any_order(student, rng):
    """`xor` gives its whole truth table, for whole and for floating 0 and 1, in any order of calls."""
    corners = CORNERS[rng.permutation(4)]
    first, second = corners.T.astype(bool)
    for kind in (int, float):
        answers = [student.xor(kind(x1), kind(x2)) for x1, x2 in corners]
        fires(answers, first ^ second, {
            "this is the truth table of the plain or: both inputs on must give 0": first | second,
            "this is the truth table of and": first & second,
            "this is the truth table of nand": ~(first & second),
            "all four answers are exchanged": first == second},
            what=f"the four answers for the inputs {corners.astype(int).tolist()}")
