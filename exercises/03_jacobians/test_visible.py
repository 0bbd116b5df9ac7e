"""Visible checks of the Jacobian exercise: shapes, worked numbers and easy cases."""

import numpy as np

from grader.suite import close, not_attempted, pair, question, scalar


@question("to_denominator_layout", points=1)
def test_to_denominator_layout_on_a_small_matrix(student):
    """A Jacobian of 3 outputs and 2 inputs becomes a (2, 3) matrix in denominator layout."""
    jacobian = np.array([[3.0, 2.0], [4.0, 0.0], [0.0, 5.0]])
    close(student.to_denominator_layout(jacobian), np.array([[3.0, 4.0, 0.0], [2.0, 0.0, 5.0]]))


@question("relu_jacobian", points=2)
def test_relu_jacobian_on_three_numbers(student):
    """The ReLU Jacobian at (3, -1, 2) lets the first and the last input through."""
    close(student.relu_jacobian(np.array([3.0, -1.0, 2.0])), np.diag([1.0, 0.0, 1.0]))


@question("max_jacobian", points=2)
def test_max_jacobian_on_three_numbers(student):
    """The Jacobian of max(x, 2.5) at (3, -1, 2) lets only the first input through."""
    close(student.max_jacobian(np.array([3.0, -1.0, 2.0]), 2.5), np.diag([1.0, 0.0, 0.0]))


@question("sigmoid_jacobian", points=2)
def test_sigmoid_jacobian_on_two_numbers(student):
    """The sigmoid Jacobian at (0, ln 3) has 1/4 and 3/16 on its diagonal."""
    close(student.sigmoid_jacobian(np.array([0.0, np.log(3.0)])), np.diag([0.25, 0.1875]))


@question("numerical_jacobian", points=4)
def test_numerical_jacobian_on_a_worked_function(student):
    """The numerical Jacobian of (x0 x1, x0 squared, 5 x1) at (2, 3) has 3 rows and 2 columns."""

    def worked(x):
        x = np.asarray(x, dtype=float)
        return np.array([x[0] * x[1], x[0] ** 2, 5 * x[1]])

    close(student.numerical_jacobian(worked, np.array([2.0, 3.0])), np.array([[3.0, 2.0], [4.0, 0.0], [0.0, 5.0]]))


@question("predict_softmax_row_sum", points=1)
def test_predict_softmax_row_sum_is_a_number(student):
    """The prediction is one number; whether it is right is judged later."""
    guess = student.predict_softmax_row_sum.value()
    if guess is None:
        not_attempted("Set predict_softmax_row_sum to the number that you expect.")
    scalar(guess, "predict_softmax_row_sum")


@question("softmax_jacobian", points=3)
def test_softmax_jacobian_on_three_numbers(student):
    """The softmax Jacobian at (0, ln 2, ln 5), where the probabilities are 1/8, 2/8 and 5/8."""
    want = np.array([[7.0, -2.0, -5.0], [-2.0, 12.0, -10.0], [-5.0, -10.0, 15.0]]) / 64
    close(student.softmax_jacobian(np.log(np.array([1.0, 2.0, 5.0]))), want)


@question("relu_vjp", points=2)
def test_relu_vjp_on_three_numbers(student):
    """The upstream gradient (5, 7, -2) goes through ReLU at (3, -1, 2) as (5, 0, -2)."""
    close(student.relu_vjp(np.array([3.0, -1.0, 2.0]), np.array([5.0, 7.0, -2.0])), np.array([5.0, 0.0, -2.0]))


@question("linear_vjp", points=3)
def test_linear_vjp_on_a_small_matrix(student):
    """The worked layer with a (2, 3) weight matrix gives the gradients of W and of x, in this order."""
    weights, x, upstream = np.array([[1.0, 2.0, 0.0], [0.0, -1.0, 3.0]]), np.array([1.0, 2.0, 3.0]), np.array([10.0, -1.0])
    d_weights, dx = pair(student.linear_vjp(weights, x, upstream))
    close(d_weights, np.array([[10.0, 20.0, 30.0], [-1.0, -2.0, -3.0]]), what="dW")
    close(dx, np.array([10.0, 21.0, -3.0]), what="dx")
