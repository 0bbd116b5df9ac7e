"""What you can check yourself: shapes, the worked numbers of the notebook, easy cases."""

import numpy as np
import torch

from grader.suite import array, close, not_attempted, pair, question, scalar

WORKED = {
    "W1": np.array([[1.0], [-1.0]]),
    "b1": np.array([0.0, 1.0]),
    "W2": np.array([[2.0, 3.0]]),
    "b2": np.array([0.5]),
}
X = np.array([[2.0], [-1.0]])
Y = np.array([[4.0], [7.0]])


def sine(count):
    x = np.linspace(-2 * np.pi, 2 * np.pi, count).reshape(-1, 1)
    return x, np.sin(x)


def sine_tensors(count):
    return tuple(torch.tensor(part, dtype=torch.float32) for part in sine(count))


@question("predict_flat_loss", points=1)
def test_a_prediction_is_written_down(student):
    """`predict_flat_loss` holds a number that is not negative."""
    value = student.predict_flat_loss.value()
    if value is None:
        not_attempted("predict_flat_loss is still None")
    assert scalar(value, "predict_flat_loss") >= 0, "a mean of squares is never negative"


@question("predict", points=2)
def test_predict_gives_the_worked_numbers(student):
    """`predict` gives 4.5 at x = 2 and 6.5 at x = -1 for the worked network."""
    close(student.predict(WORKED, X), np.array([[4.5], [6.5]]))


@question("mse", points=2)
def test_mse_gives_the_worked_number(student):
    """`mse` of the worked network is 0.25, as one number."""
    close(student.mse(WORKED, X, Y), 0.25)


@question("gradients", points=4)
def test_gradients_give_the_worked_numbers(student):
    """`gradients` returns the four worked gradients, each shaped like its parameter."""
    got = student.gradients(WORKED, X, Y)
    want = {
        "W1": np.array([[2.0], [1.5]]),
        "b1": np.array([1.0, -1.5]),
        "W2": np.array([[1.0, -1.0]]),
        "b2": np.array([0.0]),
    }
    for name, value in want.items():
        assert name in got, f"the dictionary has no entry {name!r}"
        close(got[name], value, what=f"gradients(...)[{name!r}]")


@question("train", points=3)
def test_training_lowers_the_loss(student):
    """`train` returns parameters of the right shapes, one loss a step, and the loss falls."""
    x, y = sine(100)
    params, losses = pair(student.train(x, y, 6, 1, 300))
    for name, shape in {"W1": (6, 1), "b1": (6,), "W2": (1, 6), "b2": (1,)}.items():
        assert name in params, f"the parameters have no entry {name!r}"
        array(params[name], shape, what=f"params[{name!r}]")
    history = array(losses, (300,), what="losses")
    assert history[-1] < history[0], "the last loss is not below the first"


@question("SineMLP", points=1)
def test_sine_mlp_has_31_parameters(student):
    """`SineMLP` maps (N, 1) to (N, 1) and has the 31 parameters of a 1-10-1 network."""
    model = student.SineMLP()
    assert sum(array(part).size for part in model.parameters()) == 31, "a 1-10-1 network has 31 parameters"
    array(model.forward(sine_tensors(7)[0]), (7, 1), what="the output")


@question("DeepSineMLP", points=1)
def test_deep_sine_mlp_has_4353_parameters(student):
    """`DeepSineMLP` maps (N, 1) to (N, 1) and has the 4353 parameters of a 1-64-64-1 network."""
    model = student.DeepSineMLP()
    assert sum(array(part).size for part in model.parameters()) == 4353, "a 1-64-64-1 network has 4353 parameters"
    array(model.forward(sine_tensors(7)[0]), (7, 1), what="the output")


@question("fit", points=3)
def test_fit_changes_the_model_it_was_given(student):
    """`fit` lowers the loss, and the weights of the model that it was handed have moved."""
    x, y = sine_tensors(100)
    nn = student.library("torch.nn")
    model = nn.Sequential.keep(nn.Linear.keep(1, 10), nn.ReLU.keep(), nn.Linear.keep(10, 1))
    parts = [model[0].weight, model[0].bias, model[2].weight, model[2].bias]
    before = [array(part.value()) for part in parts]
    history = array(student.fit(model, x, y, 300, 0.01), what="losses").reshape(-1)
    after = [array(part.value()) for part in parts]
    assert len(history) > 1, "fit returned fewer than two losses"
    assert history[-1] < history[0], "the last loss is not below the first"
    assert not all(map(np.array_equal, before, after)), "no weight of the model has changed"


@question("diagnose", points=3)
def test_diagnose_tells_three_plain_curves_apart(student):
    """`diagnose` names a smooth fall, a run that ends in nan, and a flat line."""
    fall = 0.2 + 0.8 * np.exp(-np.arange(600) / 50)
    flat = np.full(400, 0.5)
    broken = np.where(np.arange(600) < 500, fall, np.nan)
    for curve, verdict in [(fall, "healthy"), (flat, "stalled"), (broken, "unstable")]:
        got = student.diagnose(curve.tolist())
        assert got == verdict, f"expected {verdict!r}, got {got!r}"
