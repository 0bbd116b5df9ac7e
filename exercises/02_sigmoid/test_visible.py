"""The checks that ship with the notebook: worked numbers, shapes and easy cases."""

import numpy as np

from grader.suite import close, not_attempted, question, scalar

LOG_3 = float(np.log(3.0))


@question("sigmoid", points=0.5)
def test_sigmoid_gives_the_worked_numbers(student):
    """`sigmoid` gives 0.5 at 0, 0.75 at ln 3 and 0.25 at -ln 3."""
    x = np.array([0.0, LOG_3, -LOG_3])
    close(
        student.sigmoid(x),
        np.array([0.5, 0.75, 0.25]),
        mistakes={
            "the sign in the exponential is flipped: the curve falls instead of rising": np.array([0.5, 0.25, 0.75]),
            "this is tanh, which runs from -1 to 1; the sigmoid runs from 0 to 1": np.tanh(x),
        },
    )


@question("sigmoid", points=0.5)
def test_sigmoid_takes_a_number_and_keeps_the_shape_of_an_array(student):
    """`sigmoid` takes a plain number as well as an array, and returns the shape it was given."""
    close(student.sigmoid(0.0), 0.5)
    close(student.sigmoid(np.zeros((2, 3))), np.full((2, 3), 0.5))


@question("sigmoid_grad", points=1)
def test_sigmoid_grad_gives_the_worked_numbers(student):
    """`sigmoid_grad` gives 0.25 at 0 and 0.1875 at both ln 3 and -ln 3."""
    x = np.array([0.0, LOG_3, -LOG_3])
    s = np.array([0.5, 0.75, 0.25])
    close(
        student.sigmoid_grad(x),
        np.array([0.25, 0.1875, 0.1875]),
        mistakes={
            "this is the sigmoid itself, not its derivative": s,
            "x was used as if it were already the output of the sigmoid": x * (1 - x),
            "the sign is flipped: the sigmoid never falls, so its derivative is never negative": -s * (1 - s),
        },
    )


@question("sigmoid_backward", points=1)
def test_sigmoid_backward_gives_the_worked_numbers(student):
    """`sigmoid_backward` turns an upstream gradient of 8 at x = 0 into 2, and one of -16 at x = ln 3 into -3."""
    upstream, x = np.array([8.0, -16.0]), np.array([0.0, LOG_3])
    close(
        student.sigmoid_backward(upstream, x),
        np.array([2.0, -3.0]),
        mistakes={
            "the upstream gradient is missing: this is only the local derivative": np.array([0.25, 0.1875]),
            "the sigmoid was used where its derivative belongs": np.array([4.0, -12.0]),
            "the sign is flipped": np.array([-2.0, 3.0]),
        },
    )


@question("predict_layers_below_millionth", points=0.5)
def test_the_prediction_is_a_whole_number_of_layers(student):
    """`predict_layers_below_millionth` holds a whole number of layers, at least one."""
    guess = student.predict_layers_below_millionth.value()
    if guess is None:
        not_attempted("Set `predict_layers_below_millionth` to your own guess before you run the cells below it.")
    layers = scalar(guess)
    assert layers >= 1 and layers == int(layers), f"A number of layers is 1, 2, 3 and so on, not {layers:g}."


@question("max_chain_factor", points=1)
def test_max_chain_factor_of_one_and_two_layers(student):
    """`max_chain_factor` is 0.25 for one layer and 0.0625 for two."""
    close(student.max_chain_factor(1), 0.25, atol=0)
    close(
        student.max_chain_factor(2),
        0.0625,
        atol=0,
        mistakes={"the factors of the layers are added, but the chain rule multiplies them": 0.5},
    )


@question("chain_factor", points=1)
def test_chain_factor_gives_the_worked_numbers(student):
    """`chain_factor` is 0.0625 for preactivations [0, 0] and 0.046875 for [0, ln 3]."""
    close(
        student.chain_factor(np.array([0.0, LOG_3])),
        0.046875,
        atol=0,
        mistakes={
            "the local derivatives are added, but the chain rule multiplies them": 0.4375,
            "this is the product of the sigmoids, not of their derivatives": 0.375,
            "the preactivations were added first: each layer has its own derivative": 0.1875,
        },
    )
    close(student.chain_factor(np.zeros(2)), 0.0625, atol=0)
