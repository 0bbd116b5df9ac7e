"""Visible checks of the activation zoo: shapes, worked numbers and easy cases."""

import numpy as np

from grader.suite import Mismatch, close, not_attempted, pair, question, scalar


@question("relu", points=1)
def test_relu_on_a_small_matrix(student):
    """ReLU of the rows (-2, 3) and (0, -0.5) is (0, 3) and (0, 0), and it takes a plain number too."""
    close(student.relu(np.array([[-2.0, 3.0], [0.0, -0.5]])), np.array([[0.0, 3.0], [0.0, 0.0]]))
    close(student.relu(-2.0), 0.0, what="relu at -2.0")


@question("relu_grad", points=1)
def test_relu_grad_on_three_numbers(student):
    """The slope of ReLU at (-2, 0, 3) is (0, 0, 1)."""
    close(student.relu_grad(np.array([-2.0, 0.0, 3.0])), np.array([0.0, 0.0, 1.0]))


@question("leaky_relu", points=1)
def test_leaky_relu_on_two_numbers(student):
    """Leaky ReLU at (-2, 3) is (-0.02, 3), and (-0.4, 3) with the slope 0.2."""
    x = np.array([-2.0, 3.0])
    close(student.leaky_relu(x), np.array([-0.02, 3.0]), what="default slope")
    close(student.leaky_relu(x, slope=0.2), np.array([-0.4, 3.0]), what="slope 0.2")


@question("leaky_relu_grad", points=1)
def test_leaky_relu_grad_on_two_numbers(student):
    """The slope of leaky ReLU at (-2, 3) is (0.01, 1), and (0.2, 1) with the slope 0.2."""
    x = np.array([-2.0, 3.0])
    close(student.leaky_relu_grad(x), np.array([0.01, 1.0]), what="default slope")
    close(student.leaky_relu_grad(x, slope=0.2), np.array([0.2, 1.0]), what="slope 0.2")


@question("prelu", points=1)
def test_prelu_on_two_numbers(student):
    """PReLU at (-2, 3) is (-0.5, 3) with alpha 0.25, and (-1.5, 3) with alpha 0.75."""
    x = np.array([-2.0, 3.0])
    close(student.prelu(x, 0.25), np.array([-0.5, 3.0]), what="alpha 0.25")
    close(student.prelu(x, 0.75), np.array([-1.5, 3.0]), what="alpha 0.75")


@question("prelu_grad", points=1)
def test_prelu_grad_on_two_numbers(student):
    """The slope of PReLU at (-2, 3) is (0.25, 1) with alpha 0.25."""
    close(student.prelu_grad(np.array([-2.0, 3.0]), 0.25), np.array([0.25, 1.0]))


@question("elu", points=1)
def test_elu_on_two_numbers(student):
    """ELU at (-ln 4, 3) is (-0.75, 3), and (-1.5, 3) with alpha 2."""
    x = np.array([-np.log(4.0), 3.0])
    close(student.elu(x), np.array([-0.75, 3.0]), what="default alpha")
    close(student.elu(x, alpha=2.0), np.array([-1.5, 3.0]), what="alpha 2")


@question("elu_grad", points=1)
def test_elu_grad_on_two_numbers(student):
    """The slope of ELU at (-ln 4, 3) is (0.25, 1), and (0.5, 1) with alpha 2."""
    x = np.array([-np.log(4.0), 3.0])
    close(student.elu_grad(x), np.array([0.25, 1.0]), what="default alpha")
    close(student.elu_grad(x, alpha=2.0), np.array([0.5, 1.0]), what="alpha 2")


@question("tanh", points=0.75)
def test_tanh_on_two_numbers(student):
    """Tanh at plus and minus half of ln 3 is plus and minus one half."""
    close(student.tanh(np.array([-0.5, 0.5]) * np.log(3.0)), np.array([-0.5, 0.5]))


@question("tanh_grad", points=1)
def test_tanh_grad_on_two_numbers(student):
    """The slope of tanh at plus and minus half of ln 3 is three quarters."""
    close(student.tanh_grad(np.array([-0.5, 0.5]) * np.log(3.0)), np.array([0.75, 0.75]))


@question("predict_falling_curves", points=0.5)
def test_predict_falling_curves_is_a_number(student):
    """The prediction is one number; whether it is right is judged later."""
    guess = student.predict_falling_curves.value()
    if guess is None:
        not_attempted("Set predict_falling_curves to the number of curves that you expect.")
    scalar(guess, "predict_falling_curves")


@question("gelu", points=1.5)
def test_gelu_at_plus_and_minus_one(student):
    """GELU at 1 is 0.84134475 and at -1 it is -0.15865525, to eight digits."""
    close(student.gelu(np.array([1.0, -1.0])), np.array([0.8413447461, -0.1586552539]),
          mistakes={"this is the tanh approximation of GELU, not the exact one with erf": np.array([0.8411919906, -0.1588080094])})


@question("gelu_grad", points=1.5)
def test_gelu_grad_at_plus_and_minus_one(student):
    """The slope of GELU at 1 is 1.08331547 and at -1 it is -0.08331547, to eight digits."""
    close(student.gelu_grad(np.array([1.0, -1.0])), np.array([1.0833154706, -0.0833154706]))


@question("silu", points=1)
def test_silu_at_plus_and_minus_ln_three(student):
    """SiLU at ln 3 is three quarters of ln 3, and at -ln 3 it is minus one quarter of ln 3."""
    close(student.silu(np.array([1.0, -1.0]) * np.log(3.0)), np.array([0.75, -0.25]) * np.log(3.0))


@question("silu_grad", points=1.25)
def test_silu_grad_at_plus_and_minus_ln_three(student):
    """The slope of SiLU at ln 3 is 3/4 + 3/16 ln 3, and at -ln 3 it is 1/4 - 3/16 ln 3."""
    bend = 3 / 16 * np.log(3.0)
    close(student.silu_grad(np.array([1.0, -1.0]) * np.log(3.0)), np.array([0.75 + bend, 0.25 - bend]))


@question("recommend", points=2)
def test_recommend_answers_with_a_name_of_the_zoo(student):
    """The answer for a baseline is a string, and one of the names in the docstring."""
    got = student.recommend("baseline")
    if not isinstance(got, str) or got not in {"relu", "leaky_relu", "elu", "gelu", "silu", "sigmoid", "tanh"}:
        raise Mismatch("recommend('baseline') must return one of the names in its docstring, as a string")


@question("dead_fraction", points=2)
def test_dead_fraction_of_a_small_layer(student):
    """In the worked layer of three units, one is positive for no row."""
    X, W = np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]])
    close(student.dead_fraction(X, W, np.array([0.0, -1.0, 0.5])), 1 / 3)


@question("prelu_backward", points=2)
def test_prelu_backward_on_three_numbers(student):
    """The worked gradients: dx is (2.5, 7, -0.5) and dalpha is -18."""
    dx, dalpha = pair(student.prelu_backward(np.array([-2.0, 3.0, -1.0]), 0.25, np.array([10.0, 7.0, -2.0])))
    close(dx, np.array([2.5, 7.0, -0.5]), what="dx")
    close(dalpha, -18.0, what="dalpha")
