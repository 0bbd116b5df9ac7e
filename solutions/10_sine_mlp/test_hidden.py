"""Judges the returned weights by the suite's own forward pass, and the gradients by torch.autograd."""

import functools

import numpy as np
import pytest
import torch

from grader.suite import array, close, not_attempted, pair, pure, question, scalar

TRAIN_LIMIT, SINE_LIMIT, DEEP_LIMIT = 0.25, 0.25, 0.02
SHAPES = [(10, 1), (10,), (1, 10), (1,)]
DEEP_SHAPES = [(64, 1), (64,), (64, 64), (64,), (1, 64), (1,)]


def sine(count):
    x = np.linspace(-2 * np.pi, 2 * np.pi, count).reshape(-1, 1)
    return x, np.sin(x)


def sine_tensors(count):
    return tuple(torch.tensor(part, dtype=torch.float32) for part in sine(count))


def network(weights, x):
    """The suite's own forward pass: weights [W1, b1, W2, b2, ...], ReLU between the layers."""
    for layer in range(0, len(weights), 2):
        x = (np.maximum(x, 0) if layer else x) @ weights[layer].T + weights[layer + 1]
    return x


def error(weights, x, y):
    return float(np.mean((network(weights, x) - y) ** 2))


def read_params(params, hidden):
    shapes = {"W1": (hidden, 1), "b1": (hidden,), "W2": (1, hidden), "b2": (1,)}
    for name in shapes:
        assert name in params, f"the parameters have no entry {name!r}"
    return [array(params[name], shape, what=f"params[{name!r}]") for name, shape in shapes.items()]


def read_model(model, shapes):
    parts = model.parameters()
    assert len(parts) == len(shapes), f"the model has {len(parts)} parameter arrays, expected {len(shapes)}"
    return [array(part, shape, what=f"parameter {i}") for i, (part, shape) in enumerate(zip(parts, shapes, strict=True))]


def two_of_three(run, limit):
    """Run up to three times, until two runs agree on which side of the limit they are."""
    held_out = []
    for attempt in range(3):
        held_out.append(run(attempt))
        good = sum(value < limit for value in held_out)
        if good == 2 or len(held_out) - good == 2:
            break
    return held_out


def judge(held_out, limit):
    shown = ", ".join(f"{value:.3g}" for value in held_out)
    assert sum(value < limit for value in held_out) == 2, (
        f"mean squared error of the returned weights on points not seen in training: {shown}; two must be below {limit}"
    )


@pytest.fixture(scope="session")
def trained(student, session_seed):
    """Held-out error, returned weights and losses of two or three runs of `train`, made once."""

    @functools.cache
    def runs():
        rng = np.random.default_rng(session_seed)
        seeds = rng.choice(100_000, size=3, replace=False)
        x, y = sine(100)
        unseen = rng.uniform(-2 * np.pi, 2 * np.pi, size=(300, 1))
        kept = []

        def run(attempt):
            params, losses = pair(student.train(x, y, 10, int(seeds[attempt]), 2000))
            weights = read_params(params, 10)
            kept.append((weights, losses))
            return error(weights, unseen, np.sin(unseen))

        return two_of_three(run, TRAIN_LIMIT), kept

    return runs


@pytest.fixture(scope="session")
def fitted(student, session_seed):
    """Held-out error, weights and losses of two or three runs of `fit` on SineMLP, made once."""

    @functools.cache
    def runs():
        x, y = sine_tensors(100)
        unseen = np.random.default_rng(session_seed).uniform(-2 * np.pi, 2 * np.pi, size=(300, 1))
        kept = []

        def run(_attempt):
            model = student.SineMLP()
            losses = student.fit(model, x, y, 2000, 0.01)
            weights = read_model(model, SHAPES)
            kept.append((weights, losses))
            return error(weights, unseen, np.sin(unseen))

        return two_of_three(run, SINE_LIMIT), kept

    return runs


def check_record(kept):
    """The record ends (or, if the best weights were kept, has its lowest value) at the returned weights' error."""
    x, y = sine(100)
    for weights, losses in kept:
        history = array(losses, what="losses").reshape(-1)
        assert len(history), "the list of losses is empty"
        want = error(weights, x, y)
        got = min((history[-1], history.min()), key=lambda value: abs(value - want))
        assert abs(got - want) <= 0.02 + 0.5 * want, (
            f"the record of losses ends at {history[-1]:.4g} (lowest {history.min():.4g}), "
            f"but the mean squared error of the returned weights on the training points is {want:.4g}"
        )


def random_case(rng, count=7, hidden=5):
    """A network and data: no preactivation near the kink, and first two outputs of opposite sign."""
    while True:
        params = {
            "W1": rng.normal(size=(hidden, 1)),
            "b1": rng.normal(size=hidden),
            "W2": rng.normal(size=(1, hidden)),
            "b2": rng.normal(size=1),
        }
        x, y = rng.uniform(-6, 6, size=(count, 1)), rng.normal(size=(count, 1))
        z = x @ params["W1"].T + params["b1"]
        first, second = network(list(params.values()), x)[:2, 0]
        if np.abs(z).min() > 1e-3 and (z > 0).any() and (z < 0).any() and first * second < -1e-3:
            return params, x, y


def reference_gradients(params, x, y):
    leaves = {name: torch.tensor(value, requires_grad=True) for name, value in params.items()}
    hidden = torch.relu(torch.tensor(x) @ leaves["W1"].T + leaves["b1"])
    loss = ((hidden @ leaves["W2"].T + leaves["b2"] - torch.tensor(y)) ** 2).mean()
    loss.backward()
    return {name: leaf.grad.numpy() for name, leaf in leaves.items()}


def check_gradients(got, want, names, count, extra):
    for name in names:
        assert name in got, f"the dictionary has no entry {name!r}"
        value = want[name]
        mistakes = {
            **extra.get(name, {}),
            "the 1/N of the mean is missing": value * count,
            "the 2 of the square is missing": value / 2,
            "the sign is flipped: this is the derivative with the residual taken the other way round": -value,
            "divided by N twice": value / count,
        }
        close(got[name], value, what=f"gradients(...)[{name!r}]", mistakes=mistakes)


# predict_flat_loss


@question("predict_flat_loss", points=1)
def test_the_loss_of_a_flat_line_was_predicted(student):
    """`predict_flat_loss` is the mean squared error of a network that outputs 0, to one decimal."""
    value = student.predict_flat_loss.value()
    if value is None:
        not_attempted("predict_flat_loss is still None")
    guess = scalar(value, "predict_flat_loss")
    assert abs(guess - 0.5) < 0.05, f"you predicted {guess:g}; average the squared residuals over the interval and look again"


# predict


@question("predict", points=1.5)
def test_predict_is_the_network_of_the_notebook(student, rng):
    """`predict` evaluates a random 1-H-1 ReLU network on a random batch."""
    for count, hidden in [(7, 5), (1, 3), (6, 1)]:
        params, x, _ = random_case(rng, count + 4, hidden)
        x = x[:count]
        z, w2 = x @ params["W1"].T + params["b1"], params["W2"].T
        want = np.maximum(z, 0) @ w2 + params["b2"]
        close(
            student.predict(params, x),
            want,
            mistakes={
                "the ReLU of the hidden layer is missing": z @ w2 + params["b2"],
                "there is a ReLU on the output": np.maximum(want, 0),
                "the output bias b2 is missing": want - params["b2"],
                "the hidden bias b1 is missing": np.maximum(x @ params["W1"].T, 0) @ w2 + params["b2"],
            },
        )


@question("predict", points=0.5)
def test_predict_leaves_its_arguments_alone(student, rng):
    """`predict` changes no argument and gives the same answer again."""
    params, x, _ = random_case(rng)
    close(pure(student.predict, params, x), network(list(params.values()), x))


# mse


@question("mse", points=1.5)
def test_mse_is_the_mean_of_the_squared_residuals(student, rng):
    """`mse` of a random network on random data is one number, the mean of squares."""
    for count in (9, 5, 1):
        params, x, y = random_case(rng, count + 4)
        x, y = x[:count], y[:count]
        residual = network(list(params.values()), x) - y
        want = float(np.mean(residual**2))
        mistakes = {
            "this is the sum of squares, not the mean": want * count,
            "this is half of it": want / 2,
            "this is the square root of it": want**0.5,
            "this is the mean of the absolute residuals": float(np.mean(np.abs(residual))),
            "a column met a row: the residual was broadcast to (N, N)": float(np.mean((residual + y - y.T) ** 2)),
        }
        close(student.mse(params, x, y), want, mistakes=mistakes if count > 1 else None)


@question("mse", points=0.5)
def test_mse_leaves_its_arguments_alone(student, rng):
    """`mse` changes no argument and gives the same answer again."""
    params, x, y = random_case(rng)
    close(pure(student.mse, params, x, y), error(list(params.values()), x, y))


# gradients


@question("gradients", points=1)
def test_the_output_layer_gradients_match_autograd(student, rng):
    """`gradients` gives the derivatives of the loss in W2 and b2, on random networks and data."""
    for count, hidden in [(7, 5), (12, 2)]:
        params, x, y = random_case(rng, count, hidden)
        z = x @ params["W1"].T + params["b1"]
        d_out = 2 * (np.maximum(z, 0) @ params["W2"].T + params["b2"] - y) / count
        extra = {
            "W2": {"the preactivations were used where the activations belong": d_out.T @ z},
            "b2": {"the bias gradient was averaged where it must be summed": d_out.mean(axis=0)},
        }
        check_gradients(student.gradients(params, x, y), reference_gradients(params, x, y), ("W2", "b2"), count, extra)


@question("gradients", points=2)
def test_the_hidden_layer_gradients_match_autograd(student, rng):
    """`gradients` gives the derivatives of the loss in W1 and b1, on random networks and data."""
    for count, hidden in [(7, 5), (12, 2)]:
        params, x, y = random_case(rng, count, hidden)
        z = x @ params["W1"].T + params["b1"]
        d_out = 2 * (np.maximum(z, 0) @ params["W2"].T + params["b2"] - y) / count
        unmasked, no_w2 = d_out @ params["W2"], np.repeat(d_out, hidden, axis=1) * (z > 0)
        masked = unmasked * (z > 0)
        extra = {
            "W1": {
                "the ReLU's derivative is missing": unmasked.T @ x,
                "the factor W2 is missing": no_w2.T @ x,
                "the factor x is missing": masked.T.sum(axis=1, keepdims=True),
            },
            "b1": {
                "the ReLU's derivative is missing": unmasked.sum(axis=0),
                "the factor W2 is missing": no_w2.sum(axis=0),
                "the bias gradient was averaged where it must be summed": masked.mean(axis=0),
                "the bias gradient carries a factor x": (masked * x).sum(axis=0),
            },
        }
        check_gradients(student.gradients(params, x, y), reference_gradients(params, x, y), ("W1", "b1"), count, extra)


@question("gradients", points=0.5)
def test_a_unit_exactly_at_its_kink_gets_no_gradient(student):
    """A unit whose preactivation is exactly 0 passes no gradient back (the derivative there is 0)."""
    params = {"W1": np.array([[1.0], [2.0]]), "b1": np.array([-1.0, 1.0]), "W2": np.array([[3.0, 0.5]]), "b2": np.array([0.0])}
    x, y = np.array([[1.0]]), np.array([[0.0]])
    got = student.gradients(params, x, y)
    for name, want in {"W1": np.array([[0.0], [1.5]]), "b1": np.array([0.0, 1.5])}.items():
        assert name in got, f"the dictionary has no entry {name!r}"
        at_one = np.where(want == 0, 9.0, want)
        close(got[name], want, what=f"gradients(...)[{name!r}]", mistakes={"the derivative at the kink was taken as 1": at_one})


@question("gradients", points=0.5)
def test_gradients_leave_their_arguments_alone(student, rng):
    """`gradients` changes no argument and gives the same answer again."""
    params, x, y = random_case(rng)
    got = pure(student.gradients, params, x, y)
    assert set(params) <= set(got), "the dictionary lacks one of W1, b1, W2, b2"


# train


@question("train", points=1.5)
def test_the_trained_weights_follow_the_sine(trained):
    """Ten units and 2000 steps leave less than half of the flat line's error, on unseen points, for two seeds of three."""
    judge(trained()[0], TRAIN_LIMIT)


@question("train", points=0.5)
def test_the_record_of_train_has_every_step_and_ends_where_the_weights_are(trained):
    """`train` records one mean squared error a step, the last of them belonging to the returned weights."""
    kept = trained()[1]
    for _, losses in kept:
        assert len(losses) == 2000, f"2000 steps were asked for, the record has {len(losses)} losses"
    check_record(kept)


@question("train", points=0.5)
def test_the_seed_decides_the_run(student, rng):
    """`train` gives the same weights again for the same seed, with as many hidden units as asked."""
    x, y = sine(20)
    seed = int(rng.integers(100_000))
    first, again = (read_params(pair(student.train(x, y, 4, seed, 5))[0], 4) for _ in range(2))
    for name, one, two in zip(("W1", "b1", "W2", "b2"), first, again, strict=True):
        close(two, one, what=f"{name} of the second run")


@question("train", points=0.5)
def test_another_seed_gives_another_run(student, rng):
    """`train` gives different weights for different seeds."""
    x, y = sine(20)
    seed = int(rng.integers(100_000))
    runs = [read_params(pair(student.train(x, y, 4, seed + step, 5))[0], 4) for step in range(2)]
    assert any(not np.allclose(one, two) for one, two in zip(*runs, strict=True)), "two seeds gave the same weights"


# SineMLP, DeepSineMLP


def check_module(make, shapes, rng):
    """Several fresh models, because one random network can be positive on the whole interval."""
    for _ in range(8):
        model = make()
        weights = read_model(model, shapes)
        x = rng.uniform(-12, 12, size=(25, 1)).astype(np.float32)
        want = network(weights, x.astype(float))
        linear = x.astype(float)
        for layer in range(0, len(weights), 2):
            linear = linear @ weights[layer].T + weights[layer + 1]
        mistakes = {"there is no ReLU between the layers": linear, "there is a ReLU on the output": np.maximum(want, 0)}
        close(model.forward(torch.from_numpy(x)), want, rtol=1e-4, atol=1e-5, what="the output", mistakes=mistakes)


@question("SineMLP", points=0.5)
def test_sine_mlp_has_its_parameters_in_layer_order(student):
    """`SineMLP` registers W1 (10, 1), b1 (10,), W2 (1, 10), b2 (1,), in that order."""
    read_model(student.SineMLP(), SHAPES)


@question("SineMLP", points=0.5)
def test_sine_mlp_computes_the_relu_network(student, rng):
    """`SineMLP` maps a batch (N, 1) to (N, 1) with ReLU between its two layers."""
    check_module(student.SineMLP, SHAPES, rng)


@question("DeepSineMLP", points=0.5)
def test_deep_sine_mlp_has_its_parameters_in_layer_order(student):
    """`DeepSineMLP` registers the weights and biases of 1-64-64-1 in layer order."""
    read_model(student.DeepSineMLP(), DEEP_SHAPES)


@question("DeepSineMLP", points=0.5)
def test_deep_sine_mlp_computes_the_relu_network(student, rng):
    """`DeepSineMLP` maps a batch (N, 1) to (N, 1) with ReLU after both hidden layers and nowhere else."""
    check_module(student.DeepSineMLP, DEEP_SHAPES, rng)


# fit


@question("fit", points=0.5)
def test_the_first_step_is_one_learning_rate_long(student, rng):
    """The first Adam step of `fit` moves the weights by the learning rate that was asked for."""
    x, y = sine_tensors(100)
    lr = float(rng.uniform(0.002, 0.006))
    model = student.SineMLP()
    before = [array(part) for part in model.parameters()]
    student.fit(model, x, y, 1, lr)
    after = [array(part) for part in model.parameters()]
    assert before, "the model has no parameters"
    assert [part.shape for part in before] == [part.shape for part in after], "fit changed the shapes of the parameters"
    moved = max(float(np.abs(new - old).max()) for old, new in zip(before, after, strict=True))
    assert abs(moved - lr) < 0.05 * lr, f"one step with lr = {lr:.4g} moved the weights by at most {moved:.4g}"


@question("fit", points=1)
def test_fit_teaches_the_small_network(fitted):
    """`fit` brings SineMLP below half of the flat line's error on unseen points, for two models of three."""
    judge(fitted()[0], SINE_LIMIT)


@question("fit", points=0.5)
def test_the_record_of_fit_ends_where_the_weights_are(fitted):
    """`fit` returns mean squared errors, the last of them belonging to the trained weights."""
    check_record(fitted()[1])


@question("fit", points=1)
def test_fit_teaches_the_deep_network(student, rng):
    """`fit` brings DeepSineMLP below 0.02 on unseen points in 1500 steps, for two models of three."""
    x, y = sine_tensors(1000)
    unseen = rng.uniform(-2 * np.pi, 2 * np.pi, size=(300, 1))

    def run(_attempt):
        model = student.DeepSineMLP()
        student.fit(model, x, y, 1500, 1e-3)
        return error(read_model(model, DEEP_SHAPES), unseen, np.sin(unseen))

    judge(two_of_three(run, DEEP_LIMIT), DEEP_LIMIT)


# diagnose


def fall(rng, floor=None):
    """A run that falls from 1 to a floor and has long arrived there at the end."""
    count = int(rng.integers(500, 900))
    floor = rng.uniform(0.2, 0.35) if floor is None else floor
    return floor + (1 - floor) * np.exp(-np.arange(count) / (count / 12)), floor


def check_verdict(student, curve, verdict):
    got = student.diagnose([float(value) for value in curve])
    assert got == verdict, f"expected {verdict!r}, got {got!r}"


@question("diagnose", points=0.5)
def test_a_falling_calm_run_is_healthy(student, rng):
    """A run that falls and ends with ripples of one per cent is healthy."""
    for _ in range(4):
        curve, floor = fall(rng)
        check_verdict(student, curve + 0.01 * floor * rng.uniform(-1, 1, size=curve.size), "healthy")


@question("diagnose", points=0.5)
def test_a_run_that_hardly_falls_is_stalled(student, rng):
    """A run that has lost two per cent of its loss in all, or nothing, is stalled."""
    for drop in (0.0, 0.02):
        count = int(rng.integers(400, 800))
        level = rng.uniform(0.4, 0.7)
        ripple = 0.002 * rng.uniform(-1, 1, size=count)
        check_verdict(student, level * (1 - drop * np.linspace(0, 1, count) + ripple), "stalled")


@question("diagnose", points=0.5)
def test_a_wildly_swinging_run_is_unstable(student, rng):
    """A run that falls and then swings by nine tenths of its level is unstable."""
    for _ in range(4):
        curve, floor = fall(rng)
        steps = np.arange(curve.size)
        swing = 0.9 * floor * np.sin(2 * np.pi * (curve.size - 1 - steps) / int(rng.integers(7, 16)))
        check_verdict(student, curve + swing * (1 - np.exp(-steps / 40)), "unstable")


@question("diagnose", points=0.5)
def test_a_rebounding_run_is_unstable(student, rng):
    """A run that falls far and climbs back to several times its lowest value is unstable."""
    for _ in range(3):
        curve, _ = fall(rng, floor=0.08)
        climb = np.clip(np.linspace(-1, 1, curve.size), 0, None) * rng.uniform(0.4, 0.6)
        check_verdict(student, curve + climb, "unstable")


@question("diagnose", points=0.5)
def test_a_run_with_a_non_finite_loss_is_unstable(student, rng):
    """A loss that is nan or infinite, at the end or once on the way, makes the run unstable."""
    for bad, where in [(np.nan, slice(-20, None)), (np.inf, slice(-20, None)), (np.nan, slice(300, 301))]:
        curve, _ = fall(rng)
        curve[where] = bad
        check_verdict(student, curve, "unstable")


@question("diagnose", points=0.5)
def test_the_verdict_does_not_depend_on_the_scale_of_the_loss(student, rng):
    """The same curves measured in other units get the same verdicts."""
    for scale in (1e-4, 1e3):
        curve, floor = fall(rng)
        steps = np.arange(curve.size)
        swing = 0.9 * floor * np.sin(2 * np.pi * (curve.size - 1 - steps) / 11) * (1 - np.exp(-steps / 40))
        check_verdict(student, scale * curve, "healthy")
        check_verdict(student, scale * (curve + swing), "unstable")
        check_verdict(student, scale * np.linspace(0.5, 0.49, 500), "stalled")
