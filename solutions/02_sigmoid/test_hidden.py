"""Random inputs against torch.autograd in float64, and the edge cases that the contract states."""

import numpy as np
import pytest
import torch

from grader.suite import Mismatch, close, not_attempted, question, scalar, unchanged
from grader.suite.exceptions import NotAttempted, StudentFailure

FLOAT32 = {"rtol": 1e-4, "atol": 1e-5}


def reference(x):
    """The sigmoid and its derivative by torch.autograd in float64, with the shape of x."""
    leaf = torch.tensor(np.array(x, dtype=np.float64), requires_grad=True)
    value = torch.sigmoid(leaf)
    (derivative,) = torch.autograd.grad(value.sum(), leaf)
    return value.detach().numpy(), derivative.numpy()


def sigmoid_mistakes(x):
    """Return the known wrong forms of the sigmoid."""
    s, local = reference(x)
    return {
        "the sign in the exponential is flipped: the curve falls instead of rising": 1 - s,
        "this is tanh, which runs from -1 to 1; the sigmoid runs from 0 to 1": np.tanh(x),
        "this is the derivative, not the sigmoid": local,
        "this is a step: the sigmoid is its smooth version": (x >= 0).astype(float),
    }


def grad_mistakes(x):
    """Return the known wrong forms of its derivative."""
    s, local = reference(x)
    return {
        "this is the sigmoid itself, not its derivative": s,
        "x was used as if it were already the output of the sigmoid": x * (1 - x),
        "the derivative was taken at the output of the sigmoid instead of at x": reference(s)[1],
        "the sign is flipped: the sigmoid never falls, so its derivative is never negative": -local,
        "this is the derivative of tanh": 1 - np.tanh(x) ** 2,
        "this is the rule for tanh, applied to the sigmoid": 1 - s**2,
        "this is one minus the sigmoid: a factor is missing": 1 - s,
    }


def backward_mistakes(upstream, x):
    """Return the known wrong forms of the downstream gradient."""
    s, local = reference(x)
    return {
        "the upstream gradient is missing: this is only the local derivative": local,
        "the sigmoid was used where its derivative belongs": upstream * s,
        "the sign is flipped": -upstream * local,
        "the two arguments are swapped: upstream comes first, then x": x * reference(upstream)[1],
        "the upstream gradient is added, but the chain rule multiplies": upstream + local,
        "the upstream gradient is summed first: each entry has its own": upstream.sum() * local,
        "the derivative was taken at the output of the sigmoid instead of at x": upstream * reference(s)[1],
        "x was used as if it were already the output of the sigmoid": upstream * x * (1 - x),
    }


NAMES = {  # the number of arrays that each takes, what is right, and the known mistakes
    "sigmoid": (1, lambda x: reference(x)[0], sigmoid_mistakes),
    "sigmoid_grad": (1, lambda x: reference(x)[1], grad_mistakes),
    "sigmoid_backward": (2, lambda upstream, x: np.asarray(upstream, dtype=float) * reference(x)[1], backward_mistakes),
}


def each(points, **others):
    """Parametrize a test over the three functions, with the points that it gives to each."""
    return pytest.mark.parametrize("name", [pytest.param(name, marks=question(name, others.get(name, points))) for name in NAMES])


def arguments(rng, name, x):
    """Return the arrays to call a function with at x: a random upstream gradient comes first."""
    upstream = (1 + rng.uniform(size=np.shape(x))) * rng.choice([-1.0, 1.0], size=np.shape(x))
    return [*[upstream.astype(x.dtype)] * (NAMES[name][0] - 1), x]


def right_at(student, rng, name, x, what="", **tolerance):
    """Compare a function with its reference at x."""
    _, want, mistakes = NAMES[name]
    args = arguments(rng, name, x)
    close(getattr(student, name)(*args), want(*args), what=what, mistakes=mistakes(*args) if np.size(x) > 2 and not tolerance else {}, **tolerance)


@each(1.25, sigmoid=1.75)
def test_random_arrays(student, rng, name):
    """On random arrays the answer is that of torch.autograd, entry by entry."""
    for scale in (1, 3):
        right_at(student, rng, name, rng.normal(scale=scale, size=7))
    right_at(student, rng, name, rng.uniform(6, 10, size=4) * np.array([-1, 1, 1, -1]))


@each(0.5)
def test_arrays_of_any_shape_and_order(student, rng, name):
    """Arrays of two and three axes, transposed and strided ones give an answer of their own shape."""
    for x in (rng.normal(size=(3, 4)), rng.normal(size=(2, 1, 3)), rng.normal(size=(3, 8))[:, ::2], rng.normal(size=(2, 5)).T):
        right_at(student, rng, name, x)


@each(0.25)
def test_plain_numbers(student, rng, name):
    """Python floats are taken as well, and the answer is a single number."""
    for x in (float(rng.normal()), -float(rng.uniform(0.5, 2.0))):
        args = [float(part) for part in arguments(rng, name, np.array(x))]
        close(getattr(student, name)(*args), float(NAMES[name][1](*args)), what="a Python float")


@each(0.25)
def test_arrays_without_axes(student, rng, name):
    """Arrays without axes are taken as well, and the answer is a single number."""
    right_at(student, rng, name, np.array(float(rng.normal())), what="an array without axes")


@each(0.25)
def test_empty_arrays(student, rng, name):
    """An empty array gives an empty array."""
    right_at(student, rng, name, np.zeros(0), what="an empty array")


@each(0.25)
def test_float32_arrays(student, rng, name):
    """float32 arrays are taken as well."""
    right_at(student, rng, name, rng.uniform(-3, 3, size=6).astype(np.float32), what="a float32 array", **FLOAT32)


@each(0.25)
def test_plain_numbers_far_out(student, rng, name):
    """A plain number of -1000 or 1000 gives a finite and right answer as well."""
    for x in (0.5, -1000.0, 1000.0):
        args = [float(part) for part in arguments(rng, name, np.array(x))]
        try:
            close(getattr(student, name)(*args), float(NAMES[name][1](*args)), what=f"the number {x}")
        except NotAttempted:
            raise
        except (Mismatch, StudentFailure):
            if x == 0.5:
                return  # plain numbers are judged elsewhere
            raise


@each(0.25, sigmoid=0.75)
def test_far_out(student, rng, name):
    """At -1000 and 1000 the answer is finite and right."""
    right_at(student, rng, name, np.array([-1000.0, float(rng.normal()), 1000.0]), what="an array with -1000 and 1000")


@each(0.25)
def test_relative_accuracy(student, rng, name):
    """Out to |x| = 30 the answer is right in its leading digits, however small it is."""
    x = np.array([-30.0, -21.0, 19.0, 29.0])
    args = arguments(rng, name, x)
    close(getattr(student, name)(*args), NAMES[name][1](*args), atol=0, rtol=1e-2, what="far out")


@each(0.5)
def test_arguments_are_left_alone(student, rng, name):
    """No array that was given is changed, and a second call gives the same answer."""
    args = arguments(rng, name, rng.normal(scale=3, size=(3, 2)))
    unchanged(getattr(student, name), *args, want=NAMES[name][1](*args))


@question("predict_layers_below_millionth", points=1)
def test_the_prediction_is_the_first_depth_below_a_millionth(student):
    """`predict_layers_below_millionth` is the first depth at which even the best case keeps less than a millionth."""
    guess = student.predict_layers_below_millionth.value()
    if guess is None:
        not_attempted("Set `predict_layers_below_millionth` to your own guess before you run the cells below it.")
    layers = scalar(guess)
    assert 1 <= layers <= 1000, f"{layers:g} is not a sensible number of layers."
    assert 0.25**layers < 1e-6, f"After {layers:g} layers the best case still keeps more than a millionth."
    assert 0.25 ** (layers - 1) >= 1e-6, f"{layers:g} layers are more than it takes."


@question("max_chain_factor", points=1.5)
def test_max_chain_factor_of_any_depth(student, rng):
    """`max_chain_factor` is the best case for any number of layers, from a few to very many."""
    for depth in (int(rng.integers(3, 10)), int(rng.integers(10, 40)), int(rng.integers(100, 400))):
        close(
            student.max_chain_factor(depth),
            0.25**depth,
            atol=0,
            what=f"a depth of {depth}",
            mistakes={
                "the factors of the layers are added, but the chain rule multiplies them": 0.25 * depth,
                "0.5 is the sigmoid at 0; what counts here is its slope there": 0.5**depth,
                "one layer too few is counted": 0.25 ** (depth - 1),
                "one layer too many is counted": 0.25 ** (depth + 1),
            },
        )


@question("max_chain_factor", points=0.5)
def test_max_chain_factor_without_layers_is_one(student):
    """`max_chain_factor` of no layers at all is 1: nothing is lost on the way."""
    close(student.max_chain_factor(0), 1.0, atol=0)


@question("chain_factor", points=2)
def test_chain_factor_is_the_gradient_through_a_chain_of_sigmoids(student, rng):
    """`chain_factor` equals the gradient that torch.autograd finds through a random chain of sigmoid units."""
    for depth in (2, 5, 12, 1):
        first = torch.tensor(float(rng.normal()), dtype=torch.float64, requires_grad=True)
        signal, preactivations = first, []
        for bias in rng.uniform(-3, 3, size=depth):
            preactivation = signal + float(bias)
            preactivations.append(preactivation.item())
            signal = torch.sigmoid(preactivation)
        (gradient,) = torch.autograd.grad(signal, first)
        z = np.array(preactivations)
        s, local = reference(z)
        mistakes = {
            "the local derivatives are added, but the chain rule multiplies them": local.sum(),
            "this is the product of the sigmoids, not of their derivatives": s.prod(),
            "the preactivations were added first: each layer has its own derivative": reference(z.sum())[1],
            "the preactivations were multiplied first: each layer has its own derivative": reference(z.prod())[1],
            "this is the mean of the local derivatives; the chain rule multiplies them": local.mean(),
            "the sign is flipped: every factor is positive": -local.prod(),
            "the first layer is left out": local[1:].prod(),
            "the last layer is left out": local[:-1].prod(),
        }
        close(student.chain_factor(z), gradient.item(), atol=0, what=f"a chain of {depth}", mistakes=mistakes)


@question("chain_factor", points=0.5)
def test_chain_factor_of_an_empty_chain_is_one(student):
    """`chain_factor` of no layers at all is 1.0: nothing is lost on the way."""
    close(student.chain_factor(np.zeros(0)), 1.0, atol=0)


@question("chain_factor", points=0.5)
def test_chain_factor_of_a_deep_chain_is_tiny_but_not_zero(student, rng):
    """`chain_factor` keeps its relative accuracy when a hundred layers make the product astronomically small."""
    z = rng.normal(scale=1.5, size=100)
    z[:2] = rng.uniform(6, 8, size=2) * np.array([-1, 1])
    close(student.chain_factor(z), float(np.prod(reference(z)[1])), atol=0)


@question("chain_factor", points=1)
def test_chain_factor_leaves_its_argument_alone(student, rng):
    """`chain_factor` does not change the array it is given, and gives the same answer when called again."""
    z = rng.normal(size=6)
    unchanged(student.chain_factor, z, want=np.prod(reference(z)[1]))
