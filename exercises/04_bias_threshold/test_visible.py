"""Visible suite of 04_bias_threshold: shapes, worked numbers and easy cases."""

import numpy as np

from grader.suite import (
    array,
    boolean,
    close,
    expect_error,
    not_attempted,
    pair,
    question,
    scalar,
)

WEIGHTS = np.array([0.5, -1.0, 2.0])
BATCH = np.array([[2.0, 1.0, 0.5], [1.0, 1.0, 0.25], [0.0, 0.0, 1.0]])  # weighted sums 1, 0 and 2
CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


def check_gate(answer, inputs, wanted):
    """Evaluate the neuron (w, b) on every row of a truth table."""
    weights, bias = pair(answer)
    weights = array(weights, shape=(inputs.shape[1],), what="the weights")
    bias = scalar(bias, what="the bias")
    for row, fires in zip(inputs, wanted, strict=True):
        z = float(row @ weights) + bias
        # A tie fires; rounding of decimal weights may move it by a hair, which is no mistake.
        right = z >= -1e-12 if fires else z < 0
        assert right, f"with inputs {row.tolist()} the pre-activation is {z:.4g}, but the neuron must {'' if fires else 'not '}fire there"


@question("step", points=1)
def test_step_of_single_numbers(student):
    """`step` of a Python number is 1 from 0 upwards and 0 below."""
    boolean(student.step(3.5), 1)
    boolean(student.step(-0.25), 0)
    boolean(student.step(0.0), 1)


@question("step", points=0.5)
def test_step_keeps_the_shape(student):
    """`step` works entry by entry and keeps the shape of an array."""
    boolean(student.step(np.array([[-1.0, 2.0, 0.5], [4.0, -3.0, -0.5]])), np.array([[0, 1, 1], [1, 0, 0]]))


@question("threshold_to_bias", points=0.5)
def test_threshold_to_bias_of_a_positive_threshold(student):
    """The neuron with threshold 1.5 and the neuron with the bias you return fire for the same inputs."""
    close(student.threshold_to_bias(1.5), -1.5,
          mistakes={"this is still the threshold: a high threshold makes firing hard, a high bias makes it easy": 1.5})


@question("threshold_neuron", points=0.5)
def test_threshold_neuron_on_one_vector(student):
    """For one vector `threshold_neuron` returns one scalar, 1 above the threshold and 0 below it."""
    boolean(student.threshold_neuron(WEIGHTS, BATCH[0], 0.75), 1)
    boolean(student.threshold_neuron(WEIGHTS, BATCH[0], 1.25), 0)


@question("threshold_neuron", points=0.5)
def test_threshold_neuron_on_a_batch(student):
    """For a batch of shape (3, 3) `threshold_neuron` returns one answer a row."""
    boolean(student.threshold_neuron(WEIGHTS, BATCH, 0.75), np.array([1, 0, 1]))


@question("bias_neuron", points=0.5)
def test_bias_neuron_on_one_vector(student):
    """For one vector `bias_neuron` returns one scalar, 1 where w·x + b is above 0 and 0 below."""
    boolean(student.bias_neuron(WEIGHTS, BATCH[0], -0.75), 1)
    boolean(student.bias_neuron(WEIGHTS, BATCH[0], -1.25), 0)


@question("bias_neuron", points=0.5)
def test_bias_neuron_on_a_batch(student):
    """For a batch of shape (3, 3) `bias_neuron` returns one answer a row."""
    boolean(student.bias_neuron(WEIGHTS, BATCH, -0.75), np.array([1, 0, 1]))


@question("predict_jump", points=0.25)
def test_predict_jump_is_a_number(student):
    """`predict_jump` is one finite number, a position on the x axis."""
    value = student.predict_jump.value()
    if value is None:
        not_attempted("set predict_jump to a number before you draw the picture")
    assert np.isfinite(scalar(value, what="predict_jump")), "predict_jump must be a finite number"


@question("add_bias_input", points=0.5)
def test_add_bias_input_on_a_batch(student):
    """A batch of shape (2, 3) becomes one of shape (2, 4) whose first column is 1."""
    close(student.add_bias_input(np.array([[5.0, 6.0, 7.0], [8.0, 9.0, 10.0]])),
          np.array([[1.0, 5.0, 6.0, 7.0], [1.0, 8.0, 9.0, 10.0]]),
          mistakes={"the constant input is at the end; here it comes first":
                    np.array([[5.0, 6.0, 7.0, 1.0], [8.0, 9.0, 10.0, 1.0]])})


@question("add_bias_input", points=0.5)
def test_add_bias_input_on_one_vector(student):
    """One vector of length 3 becomes one of length 4 that starts with 1."""
    close(student.add_bias_input(np.array([5.0, 6.0, 7.0])), np.array([1.0, 5.0, 6.0, 7.0]),
          mistakes={"the constant input is at the end; here it comes first": np.array([5.0, 6.0, 7.0, 1.0])})


@question("fold_bias", points=0.5)
def test_fold_bias_of_three_weights(student):
    """Three weights and the bias −1 become one array of four weights, the bias first."""
    close(student.fold_bias(WEIGHTS, -1.0), np.array([-1.0, 0.5, -1.0, 2.0]),
          mistakes={"the bias is at the end; the constant input comes first": np.array([0.5, -1.0, 2.0, -1.0]),
                    "the sign of the bias is flipped; a bias is added, a threshold subtracted": np.array([1.0, 0.5, -1.0, 2.0])})


@question("logic_gate", points=1)
def test_and_gate(student):
    """The "and" neuron fires only where both inputs are 1."""
    check_gate(student.logic_gate("and"), CORNERS, [0, 0, 0, 1])


@question("logic_gate", points=0.5)
def test_not_gate(student):
    """The "not" neuron has one input and fires only where it is 0."""
    check_gate(student.logic_gate("not"), np.array([[0.0], [1.0]]), [1, 0])


@question("xor", points=0.5)
def test_xor_where_one_input_is_on(student):
    """`xor` is 1 where exactly one input is 1, and 0 where both are 0."""
    boolean(student.xor(0, 1), 1)
    boolean(student.xor(1, 0), 1)
    boolean(student.xor(0, 0), 0)


@question("logic_gate", points=0.5)
def test_one_neuron_is_not_enough_for_xor(student):
    """`logic_gate` refuses the name "xor", which no single neuron computes."""
    expect_error(student.logic_gate, "xor", kinds=("ValueError", "KeyError"))
