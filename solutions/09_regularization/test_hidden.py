"""Hidden checks: torch.autograd in double precision for loss and gradients, the suite's own forward pass for trained weights."""

import functools

import numpy as np
import pytest
import torch

from grader.suite import Mismatch, array, close, not_attempted, question, scalar

NAMES = ("W1", "b1", "W2", "b2")
LIMIT = 0.85


# helpers


def preactivation(params, x):
    return x @ params["W1"].T + params["b1"]


def scores_of(params, x):
    """The suite's own forward pass."""
    return np.maximum(preactivation(params, x), 0) @ params["W2"].T + params["b2"]


def squares(params, names=("W1", "W2")):
    return float(sum(np.sum(params[name] ** 2) for name in names))


def random_case(rng, count=9, inputs=3, hidden=5, classes=4):
    """A network and labelled points: every preactivation away from the kink, every unit on for some points and off for others."""
    while True:
        params = {
            "W1": rng.normal(size=(hidden, inputs)),
            "b1": rng.normal(size=hidden),
            "W2": rng.normal(size=(classes, hidden)),
            "b2": rng.normal(size=classes),
        }
        x, y = rng.normal(size=(count, inputs)), rng.integers(classes, size=count)
        z = preactivation(params, x)
        both = ((z > 0).any(axis=0) & (z < 0).any(axis=0)).all()
        if np.abs(z).min() > 1e-3 and both and min(np.abs(part).max() for part in params.values()) > 0.3:
            return params, x, y


def data_loss(scores, y):
    """Mean softmax loss of moderate scores."""
    return float(np.mean(np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(len(y)), y]))


def reference(params, x, y, lam):
    """Loss and gradients by torch.autograd."""
    leaves = {name: torch.tensor(part, dtype=torch.float64, requires_grad=True) for name, part in params.items()}
    hidden = torch.relu(torch.from_numpy(x) @ leaves["W1"].T + leaves["b1"])
    data = torch.nn.functional.cross_entropy(hidden @ leaves["W2"].T + leaves["b2"], torch.from_numpy(y))
    loss = data + lam * (leaves["W1"] ** 2).sum() + lam * (leaves["W2"] ** 2).sum()
    gradients = torch.autograd.grad(loss, list(leaves.values()))
    return loss.item(), {name: part.numpy() for name, part in zip(leaves, gradients, strict=True)}


def entry(got, name):
    assert isinstance(got, dict), "the answer must be a dictionary with the entries W1, b1, W2, b2"
    assert name in got, f"the dictionary has no entry {name!r}"
    return got[name]


def check_gradient(got, name, want, mistakes):
    close(entry(got, name), want, what=f"total_gradients(...)[{name!r}]", mistakes=mistakes)


def is_close(got, want):
    try:
        close(got, want)
    except Mismatch:
        return False
    return True


def check_untouched(after, params, x, y):
    for name in NAMES:
        close(after[0][name], params[name], what=f"params[{name!r}] after the call")
    close(after[1], x, what="X after the call")
    close(after[2], y, what="y after the call")


# l2_penalty


@question("l2_penalty", points=1)
def test_l2_penalty_of_arrays_of_several_shapes(student, rng):
    """`l2_penalty` adds up a vector, a matrix and a three-dimensional array alike."""
    weights = [rng.normal(size=shape) for shape in [(4,), (2, 3), (5, 1), (2, 3, 2)]]
    lam = float(rng.uniform(0.2, 0.7))
    total = sum(np.sum(part**2) for part in weights)
    close(student.l2_penalty(weights, lam), lam * total,
          mistakes={"λ is missing": total,
                    "there is a factor ½ that this course's penalty does not have": lam * total / 2,
                    "the penalty is twice too large: the factor 2 belongs to its derivative": 2 * lam * total,
                    "the square root was taken: this is a norm, not its square": lam * np.sqrt(total),
                    "the norms of the arrays were added instead of their squares": lam * sum(np.sqrt(np.sum(part**2)) for part in weights),
                    "absolute values were added instead of squares": lam * sum(np.sum(np.abs(part)) for part in weights),
                    "the entries were added first and squared afterwards": lam * sum(np.sum(part) ** 2 for part in weights),
                    "the entries were not squared": lam * sum(np.sum(part) for part in weights),
                    "each array's squares were averaged instead of summed": lam * sum(np.mean(part**2) for part in weights),
                    "only the first array was counted": lam * np.sum(weights[0] ** 2)})


@question("l2_penalty", points=0.5)
def test_l2_penalty_of_one_array_and_without_a_leash(student, rng):
    """A list of one array works, and λ = 0 costs nothing."""
    part = rng.normal(size=(3, 4))
    lam = float(rng.uniform(1.5, 3.0))
    close(student.l2_penalty([part], lam), lam * np.sum(part**2))
    close(student.l2_penalty([part, part[0]], 0.0), 0.0)


@question("l2_penalty", points=0.5)
def test_l2_penalty_leaves_the_weights_alone(student, rng):
    """`l2_penalty` changes no array, and a second call gives the same answer."""
    first, second = rng.normal(size=(3, 2)), rng.normal(size=4)
    weights = [first, second]
    answer, after = student.l2_penalty.with_arguments(weights, 0.5)
    close(answer, 0.5 * (np.sum(first**2) + np.sum(second**2)))
    close(after[0][0], first, what="the first array after the call")
    close(after[0][1], second, what="the second array after the call")


# accuracy


def labelled(rng, count, classes):
    """A network, points, labels, the share of right answers, and the shares that some misconceptions give, all different."""
    while True:
        params, x, _ = random_case(rng, count=count, classes=classes)
        scores = scores_of(params, x)
        winner, gap = scores.argmax(axis=1), np.diff(np.sort(scores, axis=1)[:, -2:], axis=1).min()
        if gap < 1e-3 or len(set(winner)) < min(classes, 3):
            continue
        wrong = rng.permutation(count)[: int(rng.integers(count // 4, count // 3 + 1))]
        y = winner.copy()
        y[wrong] = (winner[wrong] + rng.integers(1, classes, size=len(wrong))) % classes
        share = float(np.mean(winner == y))
        linear = preactivation(params, x) @ params["W2"].T + params["b2"]
        mistakes = {
            "the ReLU of the hidden layer is missing": float(np.mean(linear.argmax(axis=1) == y)),
            "this is the share of wrong answers": 1 - share,
            "this is the number of right answers, not their share": share * count,
            "this is a percentage; a share lies between 0 and 1": 100 * share,
        }
        if classes > 2:
            mistakes["the smallest score was taken for the winner"] = float(np.mean(scores.argmin(axis=1) == y))
        values = sorted([share, *mistakes.values()])
        if np.diff(values).min() > 1e-3:
            return params, x, y, share, mistakes


@question("accuracy", points=1)
def test_accuracy_of_four_classes(student, rng):
    """`accuracy` is the share of the points whose largest score belongs to their class."""
    params, x, y, share, mistakes = labelled(rng, 29, 4)
    close(student.accuracy(params, x, y), share, mistakes=mistakes)


@question("accuracy", points=0.5)
def test_accuracy_of_two_classes(student, rng):
    """`accuracy` is right for two classes as well, where every score is negative."""
    params, x, y, share, mistakes = labelled(rng, 31, 2)
    params = {**params, "b2": params["b2"] - np.abs(scores_of(params, x)).max() - 1}
    close(student.accuracy(params, x, y), share, mistakes=mistakes)


@question("accuracy", points=0.5)
def test_accuracy_leaves_its_arguments_alone(student, rng):
    """`accuracy` changes no argument."""
    params, x, y, share, mistakes = labelled(rng, 23, 3)
    answer, after = student.accuracy.with_arguments(params, x, y)
    close(answer, share, mistakes=mistakes)
    check_untouched(after, params, x, y)


# total_loss


@question("total_loss", points=1.5)
def test_total_loss_without_a_penalty(student, rng):
    """With λ = 0 `total_loss` is the mean softmax loss, as automatic differentiation software computes it."""
    params, x, y = random_case(rng)
    want = reference(params, x, y, 0.0)[0]
    linear = preactivation(params, x) @ params["W2"].T + params["b2"]
    close(student.total_loss(params, x, y, 0.0), want,
          mistakes={"the losses of the points were summed; the data loss is their mean": want * len(y),
                    "λ is missing": want + squares(params),
                    "the sign is flipped": -want,
                    "the ReLU of the hidden layer is missing": data_loss(linear, y),
                    "there is a ReLU on the scores": data_loss(np.maximum(scores_of(params, x), 0), y)})


@question("total_loss", points=2)
def test_total_loss_with_a_penalty(student, rng):
    """From λ = 0 to λ > 0 `total_loss` grows by the penalty of the two weight arrays and of nothing else."""
    params, x, y = random_case(rng, count=7, inputs=2, hidden=6, classes=3)
    lam = float(rng.uniform(0.05, 0.3))
    data, norm = reference(params, x, y, 0.0)[0], squares(params)
    without, got = (scalar(student.total_loss(params, x, y, value)) for value in (0.0, lam))
    close(got - without, lam * norm, what="what the penalty adds",
          mistakes={"λ is missing" if is_close(without, data + norm) else "the penalty is missing: this is the data loss alone": 0.0,
                    "the biases are penalised as well": lam * squares(params, NAMES),
                    "only W1 is penalised": lam * squares(params, ("W1",)),
                    "only W2 is penalised": lam * squares(params, ("W2",)),
                    "there is a factor ½ that this course's penalty does not have": lam * norm / 2,
                    "the penalty is twice too large": 2 * lam * norm,
                    "the penalty was divided by the number of points; it belongs to the network": lam * norm / len(y),
                    "the penalty was subtracted": -lam * norm})


@question("total_loss", points=0.5)
def test_total_loss_leaves_its_arguments_alone(student, rng):
    """`total_loss` changes no argument and gives the same answer again."""
    params, x, y = random_case(rng, classes=2)
    answer, after = student.total_loss.with_arguments(params, x, y, 0.1)
    close(answer, reference(params, x, y, 0.1)[0])
    check_untouched(after, params, x, y)


# predict


@question("predict_accuracy_without_weights", points=1)
def test_predict_accuracy_without_weights(student):
    """The prediction of the accuracy of a network without weights is right."""
    guess = student.predict_accuracy_without_weights.value()
    if guess is None:
        not_attempted("Set predict_accuracy_without_weights to the number that you expect.")
    assert abs(scalar(guess, "predict_accuracy_without_weights") - 0.75) < 1e-6, (
        "Not this number. Without weights every point gets the same scores; which class do the free biases choose for all?")


# total_gradients


def wrong_gradients(params, x, y):
    """What some misconceptions about the data gradient give: sentence -> gradients."""
    z = preactivation(params, x)
    hidden, scores, count = np.maximum(z, 0), scores_of(params, x), len(y)
    probability = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    target = np.eye(scores.shape[1])[y]

    def backward(upstream, mask, first):
        d_z = upstream @ params["W2"] * mask
        return {"W1": d_z.T @ x, "b1": d_z.sum(axis=0), "W2": upstream.T @ first, "b2": upstream.sum(axis=0)}

    right = (probability - target) / count
    plain = backward(right, z > 0, hidden)
    return {
        "the division by the number of points is missing": {name: part * count for name, part in plain.items()},
        "the gradient was divided by the number of points once too often": {name: part / count for name, part in plain.items()},
        "the sign is flipped": {name: -part for name, part in plain.items()},
        "the right class is not subtracted from the probabilities": backward(probability / count, z > 0, hidden),
        "the ReLU's derivative is missing": backward(right, np.ones_like(z), hidden),
        "the ReLU's mask was taken from the gradient, not from the preactivation": backward(right, right @ params["W2"] > 0, hidden),
        "the ReLU's mask is the wrong way round": backward(right, z < 0, hidden),
        "the preactivation was used where the activation is needed": backward(right, z > 0, z),
    }


def mistakes_for(name, params, x, y, data, pull):
    """The wrong forms of one entry's data gradient that differ from the right one, with the right penalty."""
    forms = {text: parts[name] for text, parts in wrong_gradients(params, x, y).items()}
    return {text: form + pull for text, form in forms.items() if not np.allclose(form, data, rtol=1e-3, atol=1e-5)}


def check_data_gradient(student, rng, name):
    params, x, y = random_case(rng)
    want = reference(params, x, y, 0.0)[1][name]
    mistakes = {"λ is missing": want + 2 * params[name], **mistakes_for(name, params, x, y, want, 0.0)}
    check_gradient(student.total_gradients(params, x, y, 0.0), name, want, mistakes)


@question("total_gradients", points=1)
def test_gradient_of_the_data_loss_in_w1(student, rng):
    """With λ = 0 the entry `W1` agrees with automatic differentiation."""
    check_data_gradient(student, rng, "W1")


@question("total_gradients", points=0.5)
def test_gradient_of_the_data_loss_in_b1(student, rng):
    """With λ = 0 the entry `b1` agrees with automatic differentiation."""
    check_data_gradient(student, rng, "b1")


@question("total_gradients", points=0.5)
def test_gradient_of_the_data_loss_in_w2(student, rng):
    """With λ = 0 the entry `W2` agrees with automatic differentiation."""
    check_data_gradient(student, rng, "W2")


@question("total_gradients", points=0.5)
def test_gradient_of_the_data_loss_in_b2(student, rng):
    """With λ = 0 the entry `b2` agrees with automatic differentiation."""
    check_data_gradient(student, rng, "b2")


def check_penalised(student, rng, name):
    """Judge what λ adds to an entry, so that a wrong gradient of the data loss does not cost this as well."""
    params, x, y = random_case(rng, count=8, inputs=2, hidden=6, classes=3)
    lam = float(rng.uniform(0.05, 0.3))
    without, got = (array(entry(student.total_gradients(params, x, y, value), name), params[name].shape) for value in (0.0, lam))
    pull, data = params[name], reference(params, x, y, 0.0)[1][name]
    if name in ("b1", "b2"):
        want, mistakes = np.zeros_like(pull), {"the bias is penalised": 2 * lam * pull, "the bias itself was added": lam * pull}
    else:
        want, mistakes = 2 * lam * pull, {
            "λ is missing" if is_close(without, data + 2 * pull) else "the gradient of the penalty is missing": np.zeros_like(pull),
            "the penalty's gradient is half as large as it should be": lam * pull,
            "the penalty's gradient is twice as large as it should be": 4 * lam * pull,
            "the penalty's gradient has the wrong sign": -2 * lam * pull,
            "the penalty's gradient was divided by the number of points": 2 * lam * pull / len(y),
            "this is the gradient of absolute values, not of squares": lam * np.sign(pull),
            "the penalty itself was added, not its gradient": np.full_like(pull, lam * np.sum(pull**2)),
        }
    close(got - without, want, what=f"what λ adds to total_gradients(...)[{name!r}]", mistakes=mistakes)


@question("total_gradients", points=1)
def test_gradient_of_the_penalty_in_w1(student, rng):
    """With λ > 0 the gradient of the penalty is added to the entry `W1`."""
    check_penalised(student, rng, "W1")


@question("total_gradients", points=1)
def test_gradient_of_the_penalty_in_w2(student, rng):
    """With λ > 0 the gradient of the penalty is added to the entry `W2`."""
    check_penalised(student, rng, "W2")


@question("total_gradients", points=0.25)
def test_no_gradient_of_the_penalty_in_b1(student, rng):
    """With λ > 0 the entry `b1` stays as it is without a penalty."""
    check_penalised(student, rng, "b1")


@question("total_gradients", points=0.25)
def test_no_gradient_of_the_penalty_in_b2(student, rng):
    """With λ > 0 the entry `b2` stays as it is without a penalty."""
    check_penalised(student, rng, "b2")


@question("total_gradients", points=0.5)
def test_a_unit_exactly_at_its_kink_gets_no_gradient(student):
    """A unit whose preactivation is exactly 0 passes no gradient back (the derivative there is 0)."""
    params = {
        "W1": np.array([[1.0, -1.0], [2.0, 1.0]]),
        "b1": np.array([0.0, 1.0]),
        "W2": np.array([[1.0, 2.0], [3.0, -1.0]]),
        "b2": np.array([0.0, 0.0]),
    }
    x, y = np.array([[2.0, 2.0]]), np.array([1])
    got = student.total_gradients(params, x, y, 0.0)
    for name in ("W1", "b1"):
        at_kink, beside = array(entry(got, name), params[name].shape, what=f"total_gradients(...)[{name!r}]")
        if not np.any(beside):
            raise Mismatch(f"the other unit has no gradient in {name} either, so that nothing can be said about the kink")
        close(at_kink, np.zeros_like(at_kink), what=f"the entry of the unit at its kink in {name}")


@question("total_gradients", points=0.5)
def test_total_gradients_leave_their_arguments_alone(student, rng):
    """`total_gradients` changes no argument, and another call gives the same answer."""
    params, x, y = random_case(rng, classes=2)
    first, after = student.total_gradients.with_arguments(params, x, y, 0.1)
    check_untouched(after, params, x, y)
    again, want = student.total_gradients(params, x, y, 0.1), reference(params, x, y, 0.1)[1]
    if not any(is_close(entry(first, name), want[name]) for name in NAMES):
        raise Mismatch("no entry is right yet, and this is judged only on what is right by itself")
    for name in NAMES:
        close(array(entry(again, name)), array(entry(first, name)), what=f"{name} of the second call")


# train


def noisy_moons(rng, noise=0.12, first=100, second=100):
    """Two interlocking half circles with normal noise."""
    a, b = np.linspace(0, np.pi, first), np.linspace(0, np.pi, second)
    upper, lower = np.stack([np.cos(a), np.sin(a)], axis=1), np.stack([1 - np.cos(b), 0.5 - np.sin(b)], axis=1)
    x = np.concatenate([upper, lower]) + noise * rng.normal(size=(first + second, 2))
    y = np.repeat([0, 1], [first, second])
    order = rng.permutation(first + second)
    return x[order], y[order]


def read_params(got, hidden):
    shapes = {"W1": (hidden, 2), "b1": (hidden,), "W2": (2, hidden), "b2": (2,)}
    params = {name: array(entry(got, name), shape, what=f"params[{name!r}]") for name, shape in shapes.items()}
    for name, part in params.items():
        assert np.isfinite(part).all(), f"params[{name!r}] has values that are not finite: the training exploded"
    return params


@pytest.fixture(scope="session")
def trained(student, session_seed):
    """Returned weights and training data of `train` for (λ, attempt): each made once and shared between tests."""

    @functools.cache
    def run(lam, attempt):
        rng = np.random.default_rng([session_seed, attempt])
        x, y = noisy_moons(rng)
        return read_params(student.train(x, y, 12, lam, int(rng.integers(100_000)), 400), 12), x, y

    return run


@question("train", points=1.5)
def test_the_trained_network_separates_the_moons(trained):
    """Twelve units, 400 steps and λ = 1e-4 give a training accuracy of at least 85 %, for two seeds of three."""
    shares = []
    for attempt in range(3):
        params, x, y = trained(1e-4, attempt)
        shares.append(float(np.mean(scores_of(params, x).argmax(axis=1) == y)))
        good = sum(share >= LIMIT for share in shares)
        if good == 2 or len(shares) - good == 2:
            break
    shown = ", ".join(f"{share:.3f}" for share in shares)
    assert good == 2, f"training accuracy of the returned weights: {shown}; two must be at least {LIMIT}"


@question("train", points=0.5)
def test_a_small_penalty_shortens_the_weights(trained):
    """The squared norm of the weights is smaller at λ = 0.01 than at λ = 0.0001."""
    loose, held = (squares(trained(lam, 0)[0]) for lam in (1e-4, 1e-2))
    assert held < 0.97 * loose, f"squared norm {loose:.4g} at λ = 0.0001 and {held:.4g} at λ = 0.01"


@question("train", points=1.5)
def test_a_large_penalty_wins(trained):
    """The squared norm of the weights falls clearly from λ = 0.01 to 0.1, and again to 1."""
    norms = [squares(trained(lam, 0)[0]) for lam in (1e-2, 1e-1, 1.0)]
    shown = ", ".join(f"{norm:.4g}" for norm in norms)
    assert norms[1] < 0.8 * norms[0] and norms[2] < 0.5 * norms[1], f"squared norms at λ = 0.01, 0.1, 1: {shown}"


@question("train", points=1)
def test_the_seed_decides_the_run(student, rng):
    """`train` gives the same weights again for the same seed, with as many units as asked."""
    x, y = noisy_moons(rng, first=10, second=10)
    seed = int(rng.integers(100_000))
    first, again = (read_params(student.train(x, y, 5, 1e-3, seed, 4), 5) for _ in range(2))
    for name in NAMES:
        close(again[name], first[name], what=f"{name} of the second run")


@question("train", points=0.5)
def test_another_seed_gives_another_run(student, rng):
    """`train` gives different weights for different seeds."""
    x, y = noisy_moons(rng, first=10, second=10)
    seed = int(rng.integers(100_000))
    one, two = (read_params(student.train(x, y, 5, 1e-3, seed + step, 4), 5) for step in range(2))
    assert any(not np.allclose(one[name], two[name]) for name in NAMES), "two seeds gave the same weights"
