"""What you can check yourself: the worked numbers of the notebook, shapes, one easy training run."""

import numpy as np

from grader.suite import array, close, not_attempted, question, scalar

C = np.log(3) - 1
WORKED = {
    "W1": np.array([[1.0, 0.0], [0.0, -1.0]]),
    "b1": np.array([C, C]),
    "W2": np.array([[1.0, 1.0], [0.0, 2.0]]),
    "b2": np.array([0.0, 0.0]),
}
X = np.array([[1.0, 2.0], [-2.0, -1.0]])
Y = np.array([0, 0])
DATA_LOSS = -(np.log(3 / 4) + np.log(1 / 4)) / 2
DATA_GRADIENTS = {
    "W1": np.array([[-0.125, -0.25], [-0.75, -0.375]]),
    "b1": np.array([-0.125, 0.375]),
    "W2": np.log(3) / 8 * np.array([[-1.0, -3.0], [1.0, 3.0]]),
    "b2": np.array([-0.5, 0.5]),
}


def entry(got, name):
    assert isinstance(got, dict), "the answer must be a dictionary with the entries W1, b1, W2, b2"
    assert name in got, f"the dictionary has no entry {name!r}"
    return got[name]


@question("l2_penalty", points=2)
def test_l2_penalty_gives_the_worked_number(student):
    """`l2_penalty` of the two arrays of the notebook is 1.9 at λ = 0.1."""
    close(student.l2_penalty([np.array([[1.0, -2.0], [0.0, 3.0]]), np.array([2.0, -1.0])], 0.1), 1.9)


@question("accuracy", points=2)
def test_accuracy_gives_the_worked_shares(student):
    """`accuracy` of the worked network is 0.5 for y = (0, 0) and 1 for y = (0, 1)."""
    close(student.accuracy(WORKED, X, Y), 0.5)
    close(student.accuracy(WORKED, X, np.array([0, 1])), 1.0)


@question("total_loss", points=2)
def test_total_loss_gives_the_worked_data_loss(student):
    """`total_loss` of the worked network is 0.8370 without a penalty."""
    close(student.total_loss(WORKED, X, Y, 0.0), DATA_LOSS)


@question("total_loss", points=2)
def test_total_loss_gives_the_worked_total(student):
    """`total_loss` of the worked network is 1.6370 at λ = 0.1."""
    close(student.total_loss(WORKED, X, Y, 0.1), DATA_LOSS + 0.8)


@question("predict_accuracy_without_weights", points=1)
def test_a_prediction_is_written_down(student):
    """`predict_accuracy_without_weights` holds a number between 0 and 1."""
    guess = student.predict_accuracy_without_weights.value()
    if guess is None:
        not_attempted("Set predict_accuracy_without_weights to the number that you expect.")
    assert 0 <= scalar(guess, "predict_accuracy_without_weights") <= 1, "an accuracy is a share between 0 and 1"


@question("total_gradients", points=3)
def test_total_gradients_give_the_worked_data_gradients(student):
    """`total_gradients` of the worked network agrees with the table at λ = 0."""
    got = student.total_gradients(WORKED, X, Y, 0.0)
    for name, want in DATA_GRADIENTS.items():
        close(entry(got, name), want, what=f"total_gradients(...)[{name!r}]")


@question("total_gradients", points=3)
def test_total_gradients_give_the_worked_total(student):
    """`total_gradients` of the worked network agrees with the table at λ = 0.1."""
    got = student.total_gradients(WORKED, X, Y, 0.1)
    for name, want in DATA_GRADIENTS.items():
        pull = 0.2 * WORKED[name] if name in ("W1", "W2") else 0.0
        close(entry(got, name), want + pull, what=f"total_gradients(...)[{name!r}]")


@question("train", points=2)
def test_train_returns_parameters_of_the_right_shapes(student):
    """`train` with 3 units returns W1 (3, 2), b1 (3,), W2 (2, 3), b2 (2,)."""
    inputs = np.array([[0.0, 1.0], [1.0, 0.5], [-1.0, -0.5], [0.5, -1.0]])
    params = student.train(inputs, np.array([0, 0, 1, 1]), 3, 0.01, 0, 5)
    for name, shape in {"W1": (3, 2), "b1": (3,), "W2": (2, 3), "b2": (2,)}.items():
        values = array(entry(params, name), shape, what=f"params[{name!r}]")
        assert np.isfinite(values).all(), f"params[{name!r}] has a value that is not finite"


@question("train", points=3)
def test_a_strong_penalty_leaves_almost_no_weights(student):
    """With λ = 1 the squared weights add up to less than with λ = 0.001."""
    rng = np.random.default_rng(1)
    y = np.repeat([0, 1], 30)
    inputs = rng.normal(size=(60, 2)) + 2.0 * y[:, None]
    norms = []
    for lam in (1e-3, 1.0):
        params = student.train(inputs, y, 6, lam, 0, 200)
        norms.append(sum(np.sum(array(entry(params, name), what=f"params[{name!r}]") ** 2) for name in ("W1", "W2")))
    assert norms[1] < norms[0], f"squared norm {norms[0]:.3g} with λ = 0.001, {norms[1]:.3g} with λ = 1"
