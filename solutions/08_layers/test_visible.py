"""Visible checks of the layers exercise: shapes, worked numbers and easy cases."""

import numpy as np

from grader.suite import close, not_attempted, pair, question, scalar

X = np.array([[1.0, 2.0, 3.0], [0.0, -1.0, 2.0]])
W = np.array([[1.0, 0.0], [0.0, 1.0], [2.0, -1.0]])
B = np.array([10.0, 20.0])
DOUT = np.array([[1.0, 2.0], [3.0, -1.0]])


@question("relu_forward", points=1)
def test_relu_forward_returns_an_output_and_a_cache(student):
    """`relu_forward` returns a pair: the output, and a cache of your own."""
    out, _ = pair(student.relu_forward(np.array([[3.0, -1.0], [-2.0, 0.5], [4.0, -0.25]])))
    close(out, np.array([[3.0, 0.0], [0.0, 0.5], [4.0, 0.0]]), what="out")


@question("relu_forward", points=1)
def test_relu_forward_keeps_the_shape(student):
    """An input of shape (2, 1, 2) gives an output of shape (2, 1, 2)."""
    out = student.relu_forward.keep(np.array([[[1.0, -2.0]], [[-3.0, 4.0]]]))
    close(out[0].value(), np.array([[[1.0, 0.0]], [[0.0, 4.0]]]), what="out")


@question("relu_backward", points=3)
def test_relu_backward_on_three_numbers(student):
    """The upstream gradient (5, 7, -2) goes through ReLU at (3, -1, 2) as (5, 0, -2)."""
    out = student.relu_forward.keep(np.array([[3.0, -1.0, 2.0]]))
    close(student.relu_backward(np.array([[5.0, 7.0, -2.0]]), out[1]), np.array([[5.0, 0.0, -2.0]]), what="dx")


@question("affine_forward", points=1.5)
def test_affine_forward_on_the_worked_batch(student):
    """Two examples with three features give two rows of two outputs, and a cache."""
    out = student.affine_forward.keep(X, W, B)
    close(out[0].value(), np.array([[17.0, 19.0], [14.0, 17.0]]), what="out")


@question("affine_forward", points=1)
def test_affine_forward_flattens_each_example(student):
    """The same numbers as an input of shape (2, 3, 1) give the same two rows."""
    out = student.affine_forward.keep(X.reshape(2, 3, 1), W, B)
    close(out[0].value(), np.array([[17.0, 19.0], [14.0, 17.0]]), what="out")


@question("affine_backward", points=1.5)
def test_affine_backward_is_a_mul_gate_in_one_dimension(student):
    """x = 2, w = 3 and the upstream gradient 5 give 15 for x, 10 for w and 5 for b."""
    out = student.affine_forward.keep(np.array([[2.0]]), np.array([[3.0]]), np.array([0.0]))
    dx, dw, db = pair(student.affine_backward(np.array([[5.0]]), out[1]), 3)
    close(dx, np.array([[15.0]]), what="dx")
    close(dw, np.array([[10.0]]), what="dw")
    close(db, np.array([5.0]), what="db")


@question("affine_backward", points=1)
def test_affine_backward_dx_on_the_worked_batch(student):
    """dx has the shape of x, here (2, 3, 1), and the worked numbers."""
    out = student.affine_forward.keep(X.reshape(2, 3, 1), W, B)
    dx = pair(student.affine_backward(DOUT, out[1]), 3)[0]
    close(dx, np.array([[[1.0], [2.0], [0.0]], [[3.0], [-1.0], [7.0]]]), what="dx")


@question("affine_backward", points=1)
def test_affine_backward_dw_on_the_worked_batch(student):
    """dw has the shape of w and the worked numbers."""
    out = student.affine_forward.keep(X, W, B)
    dw = pair(student.affine_backward(DOUT, out[1]), 3)[1]
    close(dw, np.array([[1.0, 2.0], [-1.0, 5.0], [9.0, 4.0]]), what="dw")


@question("affine_backward", points=1)
def test_affine_backward_db_on_the_worked_batch(student):
    """db has the shape of b and the worked numbers."""
    out = student.affine_forward.keep(X, W, B)
    db = pair(student.affine_backward(DOUT, out[1]), 3)[2]
    close(db, np.array([4.0, 1.0]), what="db")


@question("predict_svm_start", points=1)
def test_predict_svm_start_is_a_number(student):
    """The prediction is one number; whether it is right is judged later."""
    guess = student.predict_svm_start.value()
    if guess is None:
        not_attempted("Set predict_svm_start to the number that you expect.")
    scalar(guess, "predict_svm_start")


@question("svm_loss", points=1.5)
def test_svm_loss_on_two_examples(student):
    """The two worked examples cost 1.5 and 3.25, on average 2.375."""
    loss, _ = pair(student.svm_loss(np.array([[2.0, 2.5, -1.0], [0.5, 0.0, 0.75]]), np.array([0, 1])))
    close(loss, 2.375, what="loss")


@question("svm_loss", points=2)
def test_svm_loss_gradient_on_two_examples(student):
    """The gradient of the two worked examples has the shape of the scores, (2, 3)."""
    _, dx = pair(student.svm_loss(np.array([[2.0, 2.5, -1.0], [0.5, 0.0, 0.75]]), np.array([0, 1])))
    close(dx, np.array([[-0.5, 0.5, 0.0], [0.5, -1.0, 0.5]]), what="dx")


@question("softmax_loss", points=1.5)
def test_softmax_loss_on_two_examples(student):
    """With probabilities 5/8 and 1/4 for the right classes the mean loss is about 0.928."""
    loss, _ = pair(student.softmax_loss(np.log(np.array([[1.0, 2.0, 5.0], [1.0, 1.0, 2.0]])), np.array([2, 0])))
    close(loss, np.log(6.4) / 2, what="loss")


@question("softmax_loss", points=2)
def test_softmax_loss_gradient_on_two_examples(student):
    """The gradient of the two worked examples has the shape of the scores, (2, 3)."""
    _, dx = pair(student.softmax_loss(np.log(np.array([[1.0, 2.0, 5.0], [1.0, 1.0, 2.0]])), np.array([2, 0])))
    close(dx, np.array([[1.0, 2.0, -3.0], [-6.0, 2.0, 4.0]]) / 16, what="dx")
