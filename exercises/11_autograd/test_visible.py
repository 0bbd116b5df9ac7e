"""Visible checks of the autograd exercise: worked numbers and easy cases."""

from grader.suite import Mismatch, Step, close, not_attempted, question, scalar
from grader.suite.exceptions import Crashed, NotAttempted


def judge(student, program, data, *gradients):
    """Run a program, compare its result, call backward, and compare the gradients of the Values at its start."""
    handles = student.steps(program)
    close(handles[-1].data.value(), data, what="data of the result")
    handles[-1].backward()
    for number, want in enumerate(gradients):
        close(handles[number].grad.value(), want, what=f"grad of Value number {number}")
    return handles


def right_link(student):
    """Return an operation that the notebook has right, so that `backward` and `zero_grad` alone are judged."""
    for link, data, gradients in (("+", 5.0, (1.0, 1.0)), ("*", 6.0, (3.0, 2.0)), ("-", -1.0, (1.0, -1.0))):
        try:
            judge(student, [("Value", 2.0), ("Value", 3.0), (link, Step(0), Step(1))], data, *gradients)
            return link
        except (Mismatch, Crashed, NotAttempted):
            pass
    return "+"


@question("Value.__add__", points=1.5)
def test_add_on_worked_numbers(student):
    """2 + 3 is 5 and each operand has gradient 1; a plain number may stand on either side."""
    judge(student, [("Value", 2.0), ("Value", 3.0), ("+", Step(0), Step(1))], 5.0, 1.0, 1.0)
    judge(student, [("Value", 2.0), ("+", Step(0), 4)], 6.0, 1.0)
    judge(student, [("Value", 2.0), ("+", 4, Step(0))], 6.0, 1.0)


@question("Value.__sub__", points=1.5)
def test_sub_on_worked_numbers(student):
    """2 - 3 is -1 with gradients 1 and -1; 10 - 2 is 8; unary minus has gradient -1."""
    judge(student, [("Value", 2.0), ("Value", 3.0), ("-", Step(0), Step(1))], -1.0, 1.0, -1.0)
    judge(student, [("Value", 2.0), ("-", 10, Step(0))], 8.0, -1.0)
    judge(student, [("Value", 2.0), ("neg", Step(0))], -2.0, -1.0)


@question("Value.__mul__", points=1.5)
def test_mul_on_worked_numbers(student):
    """5 (2 · 3) gives the gradients 15 and 10."""
    judge(student, [("Value", 2.0), ("Value", 3.0), ("*", Step(0), Step(1)), ("*", 5, Step(2))], 30.0, 15.0, 10.0)


@question("Value.__truediv__", points=1.5)
def test_truediv_on_worked_numbers(student):
    """6 / 4 is 1.5 with gradients 0.25 and -0.375; a plain number may stand on either side."""
    judge(student, [("Value", 6.0), ("Value", 4.0), ("/", Step(0), Step(1))], 1.5, 0.25, -0.375)
    judge(student, [("Value", 6.0), ("/", Step(0), 4)], 1.5, 0.25)
    judge(student, [("Value", 4.0), ("/", 6, Step(0))], 1.5, -0.375)


@question("Value.__pow__", points=1.5)
def test_pow_on_worked_numbers(student):
    """2 to the third is 8 with gradient 12; the exponents -1 and 0.5 work as well."""
    judge(student, [("Value", 2.0), ("**", Step(0), 3)], 8.0, 12.0)
    judge(student, [("Value", 2.0), ("**", Step(0), -1)], 0.5, -0.25)
    judge(student, [("Value", 4.0), ("**", Step(0), 0.5)], 2.0, 0.25)


@question("Value.relu", points=1)
def test_relu_on_worked_numbers(student):
    """`relu` lets 3 through and stops -2."""
    judge(student, [("Value", 3.0), (".relu", Step(0))], 3.0, 1.0)
    judge(student, [("Value", -2.0), (".relu", Step(0))], 0.0, 0.0)


@question("Value.exp", points=1)
def test_exp_on_worked_numbers(student):
    """`exp` at 0 and at 1."""
    judge(student, [("Value", 0.0), (".exp", Step(0))], 1.0, 1.0)
    judge(student, [("Value", 1.0), (".exp", Step(0))], 2.718281828459045, 2.718281828459045)


@question("Value.log", points=1)
def test_log_on_worked_numbers(student):
    """`log` of 4 is about 1.386, with gradient 0.25."""
    judge(student, [("Value", 4.0), (".log", Step(0))], 1.3862943611198906, 0.25)


@question("Value.tanh", points=1)
def test_tanh_on_worked_numbers(student):
    """`tanh` at 0 has slope 1; at 1000 it is 1, with slope 0."""
    judge(student, [("Value", 0.0), (".tanh", Step(0))], 0.0, 1.0)
    judge(student, [("Value", 1000.0), (".tanh", Step(0))], 1.0, 0.0)


@question("Value.sigmoid", points=1.5)
def test_sigmoid_on_worked_numbers(student):
    """`sigmoid` of ln 3 is 3/4 with slope 3/16; at 1000 it is 1, with slope 0."""
    judge(student, [("Value", 1.0986122886681098), (".sigmoid", Step(0))], 0.75, 0.1875)
    judge(student, [("Value", 1000.0), (".sigmoid", Step(0))], 1.0, 0.0)


@question("predict_second_backward", points=1)
def test_predict_second_backward_is_a_number(student):
    """The prediction is one number; whether it is right is judged later."""
    guess = student.predict_second_backward.value()
    if guess is None:
        not_attempted("Set predict_second_backward to the number that you expect.")
    scalar(guess, "predict_second_backward")


@question("Value.backward", points=4.5)
def test_backward_adds_up_and_accumulates(student):
    """A Value used twice gets both contributions, and a second call adds them once more."""
    link = right_link(student)
    data, gradient = {"+": (6.0, 2.0), "*": (9.0, 6.0), "-": (0.0, 0.0)}[link]
    handles = judge(student, [("Value", 3.0), (link, Step(0), Step(0))], data, gradient)
    handles[-1].backward()
    close(handles[0].grad.value(), 2 * gradient, what="grad after a second call", mistakes={"the gradient of the first call was thrown away": gradient})


@question("Value.zero_grad", points=1.5)
def test_zero_grad_on_two_leaves(student):
    """After `zero_grad` on a result both leaves have gradient 0 again."""
    handles = student.steps([("Value", 2.0), ("Value", 3.0), (right_link(student), Step(0), Step(1))])
    handles[-1].backward()
    assert scalar(handles[0].grad.value()) != 0, "backward left the gradient at 0, so there is nothing to clear"
    handles[-1].zero_grad()
    for number in (0, 1):
        close(handles[number].grad.value(), 0.0, what=f"grad of Value number {number} after zero_grad")
