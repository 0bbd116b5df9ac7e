"""Random inputs against torch.autograd in float64, and the edge cases that the contract states."""

import numpy as np
import torch

from grader.suite import close, not_attempted, pure, question, scalar

FLOAT32 = {"rtol": 1e-4, "atol": 1e-5}


def reference(x):
    """The sigmoid and its derivative by torch.autograd in float64, with the shape of x."""
    leaf = torch.tensor(np.array(x, dtype=np.float64), requires_grad=True)
    value = torch.sigmoid(leaf)
    (derivative,) = torch.autograd.grad(value.sum(), leaf)
    return value.detach().numpy(), derivative.numpy()


def arrays_of_many_shapes(rng):
    """One, two and three axes, two views whose entries do not lie side by side in memory, and both flat ends."""
    return [
        rng.normal(scale=3, size=7),
        rng.normal(scale=3, size=(3, 4)),
        rng.normal(scale=3, size=(2, 1, 3)),
        rng.normal(scale=3, size=(3, 8))[:, ::2],
        rng.normal(scale=3, size=(2, 5)).T,
        rng.uniform(6, 10, size=4) * np.array([-1, 1, 1, -1]),
    ]


@question("sigmoid", points=2)
def test_sigmoid_matches_torch_on_arrays_of_any_shape(student, rng):
    """`sigmoid` is right on random arrays of any shape and memory order."""
    for x in arrays_of_many_shapes(rng):
        s, local = reference(x)
        close(
            student.sigmoid(x),
            s,
            mistakes={
                "the sign in the exponential is flipped: the curve falls instead of rising": 1 - s,
                "this is tanh, which runs from -1 to 1; the sigmoid runs from 0 to 1": np.tanh(x),
                "this is the derivative, not the sigmoid": local,
                "this is a step: the sigmoid is its smooth version": (x >= 0).astype(float),
            },
        )


@question("sigmoid", points=1)
def test_sigmoid_takes_numbers_empty_arrays_and_float32(student, rng):
    """`sigmoid` takes a Python float, an array without axes, an empty array and a float32 array."""
    number = float(rng.normal())
    close(student.sigmoid(number), reference(number)[0], what="a Python float")
    close(student.sigmoid(np.array(number)), reference(number)[0], what="an array without axes")
    close(student.sigmoid(np.zeros(0)), np.zeros(0), what="an empty array")
    single = rng.normal(scale=3, size=6).astype(np.float32)
    close(student.sigmoid(single), reference(single)[0], what="a float32 array", **FLOAT32)


@question("sigmoid", points=1)
def test_sigmoid_is_finite_and_right_at_extreme_inputs(student, rng):
    """`sigmoid` is 0 at -1000 and 1 at 1000, for plain numbers and inside an array, without NaN or infinity."""
    middle = float(rng.normal())
    x = np.array([-1000.0, middle, 1000.0])
    close(student.sigmoid(x), np.array([0.0, float(reference(middle)[0]), 1.0]), what="an array")
    close(student.sigmoid(-1000.0), 0.0, what="the number -1000.0")
    close(student.sigmoid(1000.0), 1.0, what="the number 1000.0")


@question("sigmoid", points=1)
def test_sigmoid_leaves_its_argument_alone(student, rng):
    """`sigmoid` does not change the array it is given, and gives the same answer when called again."""
    x = rng.normal(scale=3, size=(3, 2))
    close(pure(student.sigmoid, x), reference(x)[0])


@question("sigmoid_grad", points=2)
def test_sigmoid_grad_matches_autograd_on_arrays_of_any_shape(student, rng):
    """`sigmoid_grad` is the derivative of the sigmoid at x, on random arrays of any shape and memory order."""
    for x in arrays_of_many_shapes(rng):
        s, local = reference(x)
        close(
            student.sigmoid_grad(x),
            local,
            mistakes={
                "this is the sigmoid itself, not its derivative": s,
                "x was used as if it were already the output of the sigmoid": x * (1 - x),
                "the derivative was taken at the output of the sigmoid instead of at x": reference(s)[1],
                "the sign is flipped: the sigmoid never falls, so its derivative is never negative": -local,
                "this is the derivative of tanh": 1 - np.tanh(x) ** 2,
                "this is the rule for tanh, applied to the sigmoid": 1 - s**2,
                "this is one minus the sigmoid: a factor is missing": 1 - s,
            },
        )


@question("sigmoid_grad", points=1)
def test_sigmoid_grad_takes_numbers_empty_arrays_and_float32(student, rng):
    """`sigmoid_grad` takes a Python float, an array without axes, an empty array and a float32 array."""
    number = float(rng.normal())
    close(student.sigmoid_grad(number), reference(number)[1], what="a Python float")
    close(student.sigmoid_grad(np.array(number)), reference(number)[1], what="an array without axes")
    close(student.sigmoid_grad(np.zeros(0)), np.zeros(0), what="an empty array")
    single = rng.normal(scale=3, size=6).astype(np.float32)
    close(student.sigmoid_grad(single), reference(single)[1], what="a float32 array", **FLOAT32)


@question("sigmoid_grad", points=1)
def test_sigmoid_grad_leaves_its_argument_alone(student, rng):
    """`sigmoid_grad` does not change the array it is given, and gives the same answer when called again."""
    x = rng.normal(scale=3, size=(3, 2))
    close(pure(student.sigmoid_grad, x), reference(x)[1])


@question("sigmoid_backward", points=2)
def test_sigmoid_backward_matches_autograd_for_random_upstream_gradients(student, rng):
    """`sigmoid_backward` gives the downstream gradient for a random upstream gradient, entry by entry."""
    for x in arrays_of_many_shapes(rng):
        upstream = rng.normal(scale=2, size=x.shape)
        s, local = reference(x)
        close(
            student.sigmoid_backward(upstream, x),
            upstream * local,
            mistakes={
                "the upstream gradient is missing: this is only the local derivative": local,
                "the sigmoid was used where its derivative belongs": upstream * s,
                "the sign is flipped": -upstream * local,
                "the two arguments are swapped: upstream comes first, then x": x * reference(upstream)[1],
                "the upstream gradient is added, but the chain rule multiplies": upstream + local,
                "the upstream gradient is summed first: each entry has its own": upstream.sum() * local,
                "the derivative was taken at the output of the sigmoid instead of at x": upstream * reference(s)[1],
                "x was used as if it were already the output of the sigmoid": upstream * x * (1 - x),
            },
        )


@question("sigmoid_backward", points=1)
def test_sigmoid_backward_takes_numbers_empty_arrays_and_float32(student, rng):
    """`sigmoid_backward` takes Python floats, arrays without axes, empty arrays and float32 arrays."""
    upstream, x = float(rng.normal(scale=2)), float(rng.normal())
    want = upstream * reference(x)[1]
    close(student.sigmoid_backward(upstream, x), want, what="Python floats")
    close(student.sigmoid_backward(np.array(upstream), np.array(x)), want, what="arrays without axes")
    close(student.sigmoid_backward(np.zeros(0), np.zeros(0)), np.zeros(0), what="empty arrays")
    single, single_upstream = rng.normal(size=(2, 5)).astype(np.float32)
    want = single_upstream.astype(np.float64) * reference(single)[1]
    close(student.sigmoid_backward(single_upstream, single), want, what="float32 arrays", **FLOAT32)


@question("sigmoid_backward", points=1)
def test_sigmoid_backward_leaves_its_arguments_alone(student, rng):
    """`sigmoid_backward` changes neither the upstream gradient nor x, and answers the same when called again."""
    upstream, x = rng.normal(scale=2, size=(3, 2)), rng.normal(scale=3, size=(3, 2))
    close(pure(student.sigmoid_backward, upstream, x), upstream * reference(x)[1])


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
        for bias in rng.normal(scale=2, size=depth):
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
    close(pure(student.chain_factor, z), float(np.prod(reference(z)[1])), atol=0)
