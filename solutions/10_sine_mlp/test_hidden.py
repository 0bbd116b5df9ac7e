"""Judges returned weights by the suite's own forward pass, gradients by torch.autograd, steps by the suite's own Adam."""

import functools

import numpy as np
import pytest
import torch

from grader.suite import Crashed, Mismatch, array, close, not_attempted, pair, pure, question, scalar

TRAIN_LIMIT, SINE_LIMIT, DEEP_LIMIT = 0.25, 0.25, 0.02
NAMES = ("W1", "b1", "W2", "b2")
SHAPES = [(10, 1), (10,), (1, 10), (1,)]
DEEP_SHAPES = [(64, 1), (64,), (64, 64), (64,), (1, 64), (1,)]
DESCENT = "every weight moved in proportion to its gradient: this is plain gradient descent, not Adam"
STILL = "no weight of the model has changed: train the model itself, not a copy of it"


def sine(count):
    x = np.linspace(-2 * np.pi, 2 * np.pi, count).reshape(-1, 1)
    return x, np.sin(x)


def tensors(*parts):
    return tuple(torch.tensor(part, dtype=torch.float32) for part in parts)


def single(parts):
    """The same numbers as float32 holds them."""
    return [np.asarray(part, dtype=np.float32).astype(float) for part in parts]


def layers_of(weights, x):
    """What each layer receives, and the output, for weights [W1, b1, W2, b2, ...] with ReLU between the layers."""
    received = [x]
    for layer in range(0, len(weights), 2):
        z = received[-1] @ weights[layer].T + weights[layer + 1]
        received.append(np.maximum(z, 0) if layer + 2 < len(weights) else z)
    return received


def network(weights, x):
    """The suite's own forward pass."""
    return layers_of(weights, x)[-1]


def error(weights, x, y):
    return float(np.mean((network(weights, x) - y) ** 2))


def slopes(weights, x, y):
    """The suite's own gradient of the mean squared error, a part for each of the weights."""
    received = layers_of(weights, x)
    upstream, parts = 2 * (received.pop() - y) / len(x), []
    for layer in range(len(weights) - 2, -1, -2):
        below = received.pop()
        parts = [upstream.T @ below, upstream.sum(axis=0), *parts]
        upstream = upstream @ weights[layer] * (below > 0)
    return parts


def adam(weights, gradient, lr, steps, t=lambda step: step):
    """All the weights of `steps` steps of Adam, the start first; `gradient(weights)` gives a part for each of them."""
    path, means, squares = [list(weights)], [0.0] * len(weights), [0.0] * len(weights)
    for step in range(1, steps + 1):
        parts = gradient(path[-1])
        means = [0.9 * m + 0.1 * g for m, g in zip(means, parts, strict=True)]
        squares = [0.999 * v + 0.001 * g**2 for v, g in zip(squares, parts, strict=True)]
        moves = [
            lr * m / (1 - 0.9 ** t(step)) / (np.sqrt(v / (1 - 0.999 ** t(step))) + 1e-8)
            for m, v in zip(means, squares, strict=True)
        ]
        path.append([w - move for w, move in zip(path[-1], moves, strict=True)])
    return path


def flat(parts):
    return np.concatenate([np.ravel(part) for part in parts])


def read_params(params, hidden):
    shapes = {"W1": (hidden, 1), "b1": (hidden,), "W2": (1, hidden), "b2": (1,)}
    if not isinstance(params, dict):
        raise Mismatch("the parameters must be a dictionary with W1, b1, W2 and b2")
    for name in shapes:
        if name not in params:
            raise Mismatch(f"the parameters have no entry {name!r}")
    return [array(params[name], shape, what=f"params[{name!r}]") for name, shape in shapes.items()]


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


def is_close(got, want):
    try:
        close(got, want)
    except Mismatch:
        return False
    return True


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
    for name in ("W1", "b1"):
        assert name in got, f"the dictionary has no entry {name!r}"
        at_kink, beside = array(got[name], params[name].shape, what=f"gradients(...)[{name!r}]").ravel()
        if beside == 0:
            raise Mismatch(f"the other unit has no gradient in {name} either, so that nothing can be said about the kink")
        close(at_kink, 0.0, what=f"the entry of the unit at its kink in {name}", mistakes={"the derivative at the kink was taken as 1": 9 / 1.5 * beside})


@question("gradients", points=0.5)
def test_gradients_leave_their_arguments_alone(student, rng):
    """`gradients` changes no argument and gives the same answer again."""
    params, x, y = random_case(rng)
    got, want = pure(student.gradients, params, x, y), reference_gradients(params, x, y)
    assert any(is_close(got[name], want[name]) for name in NAMES if name in got), (
        "no entry is right yet, and this is judged only on what is right by itself"
    )


# train


@question("train", points=1)
def test_the_trained_weights_follow_the_sine(trained):
    """Ten units and 2000 steps leave less than half of the flat line's error, on unseen points, for two seeds of three."""
    judge(trained()[0], TRAIN_LIMIT)


@question("train", points=0.25)
def test_train_uses_the_data_that_it_is_handed(student, rng):
    """`train` follows the x and y that it is given: a step towards other targets leaves another output bias."""
    x, seed = np.sort(rng.uniform(1, 4, size=(7, 1)), axis=0), int(rng.integers(100_000))
    low, high = (
        float(read_params(pair(student.train(x, np.full((7, 1), target), 4, seed, 1))[0], 4)[3][0])
        for target in (-100.0, 100.0)
    )
    if high == low:
        raise Mismatch(
            f"after one step towards targets of 100, b2 was {high:.4g}; after one towards -100, {low:.4g}",
            "train with the x and y that `train` is given, not with variables of the notebook",
        )


def start_of(student, x, y, hidden, seed):
    """The starting weights of `train`: what no step returns, else the middle between two opposite first steps."""
    try:
        return read_params(pair(student.train(x, y, hidden, seed, 0))[0], hidden)
    except (Crashed, Mismatch):  # an answer without any step was not promised
        up, down = (read_params(pair(student.train(x, y + far, hidden, seed, 1))[0], hidden) for far in (1e3, -1e3))
        return [(one + other) / 2 for one, other in zip(up, down, strict=True)]


def clear_entries(weights, x):
    """Which entries of the gradient no rounding can change: not those of a unit whose kink is at a data point."""
    z = x @ weights[0].T + weights[1]
    clear = np.abs(z).min(axis=0) > 1e-9 * (1 + np.abs(weights[1]))
    return flat([clear, clear, np.ones(len(clear), bool), [True]])


def first_step(student, x, y, hidden, seed):
    """Start, weights after one step, gradient, and the learning rate by which b2 has moved."""
    start = start_of(student, x, y, hidden, seed)
    if not np.array_equal(flat(start), flat(start_of(student, x, y, hidden, seed))):
        raise Mismatch("two runs with the same seed began with different weights, so that no step can be judged")
    after = read_params(pair(student.train(x, y, hidden, seed, 1))[0], hidden)
    rate = abs(float(after[3][0] - start[3][0]))
    if not rate > 1e-7:
        raise Mismatch(f"the first step moved b2 by {rate:.3g}, although its gradient is large")
    return start, after, slopes(start, x, y), rate


@question("train", points=0.25)
def test_the_first_step_of_train_is_one_learning_rate_long(student, rng):
    """In the first step of Adam every weight moves by the learning rate, against the sign of its gradient."""
    x, seed = np.sort(rng.uniform(1, 4, size=(7, 1)), axis=0), int(rng.integers(100_000))
    for far in (50, -50):
        start, after, gradient, rate = first_step(student, x, far + x, 4, seed)
        gradient = flat(gradient)
        judged = clear_entries(start, x) & ((np.abs(gradient) > 0.1) | (gradient == 0))
        moved, gradient = (flat(after) - flat(start))[judged] / rate, gradient[judged]
        mistakes = {DESCENT: -gradient / abs(float(gradient[-1])), "the step goes uphill": np.sign(gradient)}
        what = "how far the weights moved in the first step, in learning rates"
        close(moved, -np.sign(gradient), rtol=0, atol=0.02, what=what, mistakes=mistakes)


@question("train", points=0.25)
def test_the_second_step_of_train_follows_the_formula(student, rng):
    """In the second step both means remember the first, and both corrections count t = 2."""
    x, seed = np.sort(rng.uniform(1, 4, size=(7, 1)), axis=0), int(rng.integers(100_000))
    start, after, _, _ = first_step(student, x, 50 + x, 4, seed)
    # Targets that the first step comes half-way to: the second gradient is about half of the first.
    lengths = [np.abs(one - other) for one, other in zip(start, after, strict=True)]
    active = layers_of(start, x)[1]
    pull = np.abs(start[2]) * (active > 0) * (lengths[1] + x * lengths[0].T)
    y = network(start, x) + 2 * (active @ lengths[2].T + pull.sum(axis=1, keepdims=True) + lengths[3])
    start, after, first, rate = first_step(student, x, y, 4, seed)
    second = slopes(after, x, y)
    ahead = read_params(pair(student.train(x, y, 4, seed, 2))[0], 4)

    def step(gradients, t=lambda number: number):
        parts = iter(gradients)
        path = adam([np.zeros_like(part) for part in start], lambda _: next(parts), 1.0, 2, t)
        return flat(path[2]) - flat(path[1])

    scale = np.abs(flat(first))
    judged = clear_entries(start, x) & clear_entries(after, x) & ((scale > 1e-4 * scale[-1]) | (scale == 0))
    moved, want = (flat(ahead) - flat(after))[judged] / rate, step([first, second])[judged]
    mistakes = {
        "t stays 1, or is missing: it counts the steps in both corrections": step([first, second], lambda _: 1)[judged],
        "the two means were forgotten after the first step": -np.sign(flat(second))[judged],
        DESCENT: (-flat(second) / abs(first[3][0]))[judged],
    }
    close(moved, want, rtol=0, atol=0.02, what="how far the weights moved in the second step, in learning rates", mistakes=mistakes)


@question("train", points=0.25)
def test_the_record_of_train_has_every_step(student, rng):
    """`train` records one loss a step."""
    x, y = sine(20)
    history = array(pair(student.train(x, y, 4, int(rng.integers(100_000)), 250))[1], what="losses").reshape(-1)
    assert len(history) == 250, f"250 steps were asked for, the record has {len(history)} losses"


@question("train", points=0.25)
def test_the_record_of_train_ends_where_the_weights_are(trained):
    """The last (or, if the best weights were kept, the lowest) recorded loss is the mean squared error of the returned weights."""
    check_record(trained()[1])


@question("train", points=0.5)
def test_the_seed_decides_the_run(student, rng):
    """`train` gives the same weights again for the same seed, with as many hidden units as asked."""
    x, y = sine(20)
    seed = int(rng.integers(100_000))
    first, again = (read_params(pair(student.train(x, y, 4, seed, 5))[0], 4) for _ in range(2))
    for name, one, two in zip(NAMES, first, again, strict=True):
        close(two, one, what=f"{name} of the second run")


@question("train", points=0.25)
def test_another_seed_gives_another_run(student, rng):
    """`train` gives different weights for different seeds."""
    x, y = sine(20)
    seed = int(rng.integers(100_000))
    runs = [read_params(pair(student.train(x, y, 4, seed + step, 5))[0], 4) for step in range(2)]
    assert any(not np.allclose(one, two) for one, two in zip(*runs, strict=True)), "two seeds gave the same weights"


# SineMLP, DeepSineMLP


def check_layout(model, shapes):
    parts = model.parameters()
    assert len(parts) == len(shapes), f"the model has {len(parts)} parameter arrays, expected {len(shapes)}"
    for number, (part, shape) in enumerate(zip(parts, shapes, strict=True)):
        array(part, shape, what=f"parameter {number}")


def check_precision(model):
    kinds = {str(part.dtype) for part in model.parameters()}
    assert kinds, "the model has no parameters"
    assert kinds == {"float32"}, f"the parameters are {', '.join(sorted(kinds))}; torch's default, float32, is asked for"


def start_for(rng, widths, low, high, scale=1.0):
    """Random weights of a ReLU network whose first layer has its kinks spread over (low, high)."""
    weights = []
    for n, m in zip(widths[:-1], widths[1:], strict=True):
        weights += [scale * rng.normal(size=(m, n)) * np.sqrt(2 / n), rng.uniform(-0.1, 0.1, size=m)]
    sign = rng.permutation(np.where(np.arange(widths[1]) % 2, 1.0, -1.0))
    slope = sign * rng.uniform(0.5, 1.5, size=widths[1])
    kinks = rng.permutation(np.linspace(low, high, widths[1] + 2)[1:-1])
    return single([slope[:, None], -slope * kinks, *weights[2:]])


def check_function(make, widths, rng):
    """Put random weights into a model, and compare its output; the outputs have both signs.

    The parameters are found by their shapes, so that another order of them costs nothing here.
    """
    while True:
        weights = start_for(rng, widths, -6, 6)
        if len(widths) == 4:
            weights[3] = weights[1]  # of the same shape: it may be either
        x = single([rng.uniform(-6, 6, size=(25, 1))])[0]
        received, want = layers_of(weights, x), network(weights, x)
        if min(want.max(), -want.min()) > 0.2 and all((part > 0).any() and (part == 0).any() for part in received[1:-1]):
            break
    model = make()
    rest, placed = list(weights), []
    for name, part in model.named_parameters():
        fitting = [number for number, weight in enumerate(rest) if weight.shape == np.shape(part)]
        assert fitting, f"the parameter {name} of shape {np.shape(part)} is one too many in this network"
        placed.append((name, rest.pop(fitting[0])))
    assert not rest, f"the model has no parameter of the shape {rest[0].shape}" if rest else ""
    for name, weight in placed:
        model.get_parameter.keep(name).data.copy_.keep(*tensors(weight))
    linear = x
    for layer in range(0, len(weights), 2):
        linear = linear @ weights[layer].T + weights[layer + 1]
    mistakes = {"there is no ReLU between the layers": linear, "there is a ReLU on the output": np.maximum(want, 0)}
    close(model.forward(*tensors(x)), want, rtol=1e-4, atol=1e-4, what="the output", mistakes=mistakes)


@question("SineMLP", points=0.25)
def test_sine_mlp_has_its_parameters_in_layer_order(student):
    """`SineMLP` registers W1 (10, 1), b1 (10,), W2 (1, 10), b2 (1,), in that order."""
    check_layout(student.SineMLP(), SHAPES)


@question("SineMLP", points=0.25)
def test_sine_mlp_is_in_single_precision(student):
    """The parameters of `SineMLP` are float32."""
    check_precision(student.SineMLP())


@question("SineMLP", points=0.5)
def test_sine_mlp_computes_the_relu_network(student, rng):
    """`SineMLP` maps a batch (N, 1) to (N, 1) with ReLU between its two layers."""
    check_function(student.SineMLP, [1, 10, 1], rng)


@question("DeepSineMLP", points=0.25)
def test_deep_sine_mlp_has_its_parameters_in_layer_order(student):
    """`DeepSineMLP` registers the weights and biases of 1-64-64-1 in layer order."""
    check_layout(student.DeepSineMLP(), DEEP_SHAPES)


@question("DeepSineMLP", points=0.25)
def test_deep_sine_mlp_is_in_single_precision(student):
    """The parameters of `DeepSineMLP` are float32."""
    check_precision(student.DeepSineMLP())


@question("DeepSineMLP", points=0.5)
def test_deep_sine_mlp_computes_the_relu_network(student, rng):
    """`DeepSineMLP` maps a batch (N, 1) to (N, 1) with ReLU after both hidden layers and nowhere else."""
    check_function(student.DeepSineMLP, [1, 64, 64, 1], rng)


# fit: on modules that the suite makes, so that it never pays for the networks above


def module_of(student, weights):
    """A fresh module of torch's own layers in the notebook's process, with these weights."""
    nn = student.library("torch.nn")
    layers = []
    for weight in weights[::2]:
        layers += [nn.Linear.keep(*weight.shape[::-1]), nn.ReLU.keep()]
    model = nn.Sequential.keep(*layers[:-1])
    model.float.keep()
    for number, weight in enumerate(weights):
        part = layers[number // 2 * 2]
        (part.bias if number % 2 else part.weight).data.copy_.keep(*tensors(weight))
    return model, layers[::2]


def fit_from(student, weights, x, y, steps, lr):
    """Losses, and the weights after `fit` has trained a module that starts with these weights."""
    if not student.has("fit"):
        not_attempted("`fit` is not defined in the notebook")
    model, layers = module_of(student, weights)
    losses = student.fit(model, *tensors(x, y), steps, lr)
    after = [part.value() for layer in layers for part in (layer.weight, layer.bias)]
    return losses, [array(part, weight.shape, what="the weights") for part, weight in zip(after, weights, strict=True)]


STEPS = 40


def steady_case(rng):
    """Start, data and rate of a run whose loss falls at every step, so that no schedule lowers the rate.

    The targets are not the notebook's: a run on its sine goes elsewhere. No gradient is near 0 at the first step.
    """
    while True:
        weights = start_for(rng, [1, 10, 1], -4, 4)
        x = np.sort(rng.uniform(-4, 4, size=(60, 1)), axis=0)
        x, y = single([x, np.cos(rng.uniform(1, 1.5) * x + rng.uniform(0, 6)) - 1.5])
        lr = float(np.float32(rng.uniform(0.003, 0.007)))
        first = flat(slopes(weights, x, y))
        if np.abs(first).min() < 1e-2:
            continue
        path = adam(weights, lambda w, x=x, y=y: slopes(w, x, y), lr, STEPS)
        fall = np.diff(np.log([error(part, x, y) for part in path]))
        sine_signs = np.sign(flat(slopes(weights, x, np.sin(x))))
        if fall.max() < -3e-3 and np.mean(sine_signs != np.sign(first)) > 0.2:
            return weights, x, y, lr, path


def sums(x, y):
    """The gradients of a run that never clears them."""
    total = []

    def gradient(weights):
        total[:] = [old + new for old, new in zip(total or [0.0] * len(weights), slopes(weights, x, y), strict=True)]
        return list(total)

    return gradient


@question("fit", points=0.25)
def test_fit_uses_the_data_that_it_is_handed(student, rng):
    """`fit` follows the x and y that it is given: a step towards other targets leaves another output bias."""
    weights, x, _, lr, _ = steady_case(rng)
    low, high = (float(fit_from(student, weights, x, np.full_like(x, target), 1, lr)[1][3][0]) for target in (-100.0, 100.0))
    if high == low:
        raise Mismatch(
            f"after one step towards targets of 100, the output bias was {high:.4g}; after one towards -100, {low:.4g}",
            "train with the model, x and y that `fit` is given, not with variables of the notebook or a copy",
        )


@question("fit", points=0.75)
def test_the_first_step_of_fit_is_one_learning_rate_long(student, rng):
    """In the first Adam step every weight moves by the learning rate that was asked for, against the sign of its gradient."""
    weights, x, y, lr, _ = steady_case(rng)
    after = flat(fit_from(student, weights, x, y, 1, lr)[1])
    gradient = flat(slopes(weights, x, y))
    mistakes = {
        STILL: np.zeros_like(gradient),
        DESCENT: -gradient,
        "a step ten times as long is the first one of RMSprop: Adam is asked for": -10 * np.sign(gradient),
        "the learning rate is not the one that `fit` was given": -np.sign(gradient) * np.abs(after - flat(weights)).max() / lr,
        "the weights shrink as well, as with AdamW: Adam is asked for": -np.sign(gradient) - 0.01 * flat(weights),
        "the step goes uphill": np.sign(gradient),
    }
    what = f"how far the weights moved in one step, in learning rates of {lr:.4g}"
    close((after - flat(weights)) / lr, -np.sign(gradient), rtol=0, atol=0.01, what=what, mistakes=mistakes)


@question("fit", points=1)
def test_many_steps_of_fit_are_those_of_adam(student, rng):
    """From the same starting weights, forty steps of `fit` lead where Adam leads (the loss falls steadily; no schedule acts)."""
    weights, x, y, lr, path = steady_case(rng)
    after, start = flat(fit_from(student, weights, x, y, STEPS, lr)[1]), flat(weights)
    kept = adam(weights, sums(x, y), lr, STEPS)[-1]
    mistakes = {
        STILL: np.zeros_like(start),
        "old gradients are never cleared: torch adds every new one to them": (flat(kept) - start) / lr,
    }
    what = f"how far the weights moved in {STEPS} steps, in learning rates of {lr:.4g}"
    close((after - start) / lr, (flat(path[-1]) - start) / lr, rtol=0, atol=0.25, what=what, mistakes=mistakes)


@question("fit", points=0.25)
def test_fit_takes_all_points_in_one_step(student, rng):
    """`fit` is full batch: twenty copies of every point give the same step as one."""
    weights, x, y, lr, _ = steady_case(rng)
    one, many = (fit_from(student, weights, np.tile(x, (n, 1)), np.tile(y, (n, 1)), 1, lr)[1] for n in (1, 20))
    if np.array_equal(flat(one), flat(weights)):
        raise Mismatch("one step changed nothing", STILL)
    length = np.abs(flat(one) - flat(weights)).max()
    close((flat(many) - flat(weights)) / length, (flat(one) - flat(weights)) / length, rtol=0, atol=0.02,
          what="how far the weights moved in one step with 1200 points, in steps with 60")  # fmt: skip


@question("fit", points=0.25)
def test_the_record_of_fit_has_every_step(student, rng):
    """`fit` returns one loss a step."""
    weights, x, y, lr, _ = steady_case(rng)
    history = array(fit_from(student, weights, x, y, 7, lr)[0], what="losses").reshape(-1)
    assert len(history) == 7, f"7 steps were asked for, the record has {len(history)} losses"


@question("fit", points=0.25)
def test_the_record_of_fit_is_the_mean_squared_error(student, rng):
    """The recorded losses are mean squared errors: the first that of the start, or the last that of the trained weights."""
    weights, x, y, lr, _ = steady_case(rng)
    losses, after = fit_from(student, weights, x, y, 3, lr)
    history = array(losses, what="losses").reshape(-1)
    assert len(history), "the list of losses is empty"
    begun, ended = error(weights, x, y), error(after, x, y)
    if not (abs(history[0] - begun) < 1e-3 * begun or abs(history[-1] - ended) < 1e-3 * ended):
        mistakes = {"this is the sum of squares, not the mean": begun * len(x), "this is half of it": begun / 2}
        close(history[0], begun, rtol=1e-3, what="the first recorded loss, that of the starting weights", mistakes=mistakes)


@question("fit", points=0.25)
def test_fit_teaches_a_small_and_a_deep_network(student):
    """On unseen points `fit` brings a 1-10-1 network below 0.25 (2000 steps at 0.01), and a 1-64-64-1 one below 0.02 (1500 at 0.001).

    Both begin with weights that lead Adam, with and without a schedule, far below.
    """
    for widths, count, steps, lr, limit in ([1, 10, 1], 100, 2000, 0.01, SINE_LIMIT), ([1, 64, 64, 1], 200, 1500, 1e-3, DEEP_LIMIT):
        weights = start_for(np.random.default_rng(1), widths, -2 * np.pi, 2 * np.pi, scale=0.3)
        after = fit_from(student, weights, *sine(count), steps, lr)[1]
        got = error(after, *sine(337))
        assert got < limit, f"mean squared error of the trained weights on points not seen in training: {got:.3g}; it must be below {limit}"


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
