"""Hidden checks of the activation zoo: random inputs, torch.autograd in double precision as the reference."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest
import torch
from torch.nn import functional

from grader.suite import Mismatch, array, close, not_attempted, pair, question, unchanged
from grader.suite.exceptions import NotAttempted, StudentFailure

FLOAT32 = {"rtol": 1e-4, "atol": 1e-5}
SWAPPED = "the two gradients have changed places: dx comes first, then dalpha"


def value(function, x):
    """Return a torch function of x as a float64 array of the shape of x."""
    return function(torch.tensor(np.array(x, dtype=np.float64))).numpy()


def slope_of(function, x):
    """Return the derivative of an elementwise torch function at x, by automatic differentiation."""
    leaf = torch.tensor(np.array(x, dtype=np.float64), requires_grad=True)
    (derivative,) = torch.autograd.grad(function(leaf).sum(), leaf)
    return derivative.numpy()


def piecewise(alpha):
    """Return the torch function that is x for positive x and alpha · x elsewhere."""
    return lambda t: torch.where(t > 0, t, alpha * t)


def gelu_by_tanh(t):
    """Return the tanh approximation of GELU."""
    return functional.gelu(t, approximate="tanh")


def away_from_zero(rng, shape):
    """Return random numbers of both signs, at least 0.05 away from 0."""
    size = int(np.prod(shape))
    sign = rng.permutation(np.where(np.arange(size) % 2 == 0, 1.0, -1.0))
    return (sign * rng.uniform(0.05, 3.0, size=size)).reshape(shape)


def leaky_mistakes(x, slope):
    """Return the known wrong forms of leaky ReLU and PReLU."""
    return {
        "the slope was applied on the wrong side": np.where(x > 0, slope * x, x),
        "the slope was ignored and 0.01 used instead": np.where(x > 0, x, 0.01 * x),
        "the negative side is constant: multiply the slope by x": np.where(x > 0, x, slope),
        "the negative side has the wrong sign": np.where(x > 0, x, -slope * x),
        "the negative side is not scaled by the slope": x,
        "the negative side is cut off, as in plain ReLU": np.maximum(x, 0),
    }


def leaky_grad_mistakes(x, slope):
    """Return the known wrong forms of the derivatives of leaky ReLU and PReLU."""
    return {
        "the slope was applied on the wrong side": np.where(x > 0, slope, 1.0),
        "the slope was ignored and 0.01 used instead": np.where(x > 0, 1.0, 0.01),
        "the derivative is cut off on the negative side, as in plain ReLU": np.where(x > 0, 1.0, 0.0),
        "this is the function itself, not its derivative": np.where(x > 0, x, slope * x),
        "on the negative side x is still there: a straight line has a constant slope": np.where(x > 0, 1.0, slope * x),
        "the negative side has the wrong sign": np.where(x > 0, 1.0, -slope),
        "the side was decided by the output instead of the input": np.where(np.where(x > 0, x, slope * x) > 0, 1.0, slope),
    }


def elu_with(alpha):
    """Return torch's ELU with this alpha."""
    return lambda t: functional.elu(t, alpha)


def elu_mistakes(x, alpha):
    """Return the known wrong forms of ELU."""
    e = np.exp(x)
    return {
        "alpha is missing": np.where(x > 0, x, e - 1),
        "the exponential does not start at 0: something has to be subtracted": np.where(x > 0, x, alpha * e),
        "alpha multiplies only the exponential, not the whole negative side": np.where(x > 0, x, alpha * e - 1),
        "the two sides are swapped": np.where(x > 0, alpha * (e - 1), x),
        "alpha scales the positive side too": np.where(x > 0, alpha * x, alpha * (e - 1)),
        "the exponent has the wrong sign": np.where(x > 0, x, alpha * (1 / e - 1)),
        "alpha belongs in front of the exponential, not inside it": np.where(x > 0, x, np.exp(alpha * x) - 1),
        "the negative side has the wrong sign": np.where(x > 0, x, alpha * (1 - e)),
        "this is the derivative of ELU, not ELU": np.where(x > 0, 1.0, alpha * e),
    }


def elu_grad_mistakes(x, alpha):
    """Return the known wrong forms of the derivative of ELU."""
    e = np.exp(x)
    return {
        "alpha is missing": np.where(x > 0, 1.0, e),
        "this is ELU itself, not its derivative": np.where(x > 0, x, alpha * (e - 1)),
        "the derivative of the constant is 0, but it is still there": np.where(x > 0, 1.0, alpha * (e - 1)),
        "the derivative was taken at the output instead of the input": np.where(x > 0, 1.0, alpha * np.exp(alpha * (e - 1))),
        "the two sides are swapped": np.where(x > 0, alpha * e, 1.0),
        "the negative side is a straight line here, but ELU bends": np.where(x > 0, 1.0, alpha),
        "the negative side is cut off, as in plain ReLU": np.where(x > 0, 1.0, 0.0),
        "alpha was added once more": np.where(x > 0, 1.0, alpha * e + alpha),
        "the exponent has the wrong sign": np.where(x > 0, 1.0, alpha / e),
    }


def sigmoid(x):
    """Return the logistic function of moderate numbers."""
    return 1 / (1 + np.exp(-x))


def gate(x):
    """Return the normal distribution function of x, by torch."""
    return value(torch.special.ndtr, x)


def density(x):
    """Return the normal density of x."""
    return np.exp(-np.square(x) / 2) / np.sqrt(2 * np.pi)


def gelu_mistakes(x):
    """Return the known wrong forms of GELU."""
    erf = value(torch.erf, x)
    return {
        "this is the tanh approximation of GELU, not the exact one with erf": value(gelu_by_tanh, x),
        "this is the approximation of GELU with a sigmoid, not the exact one with erf": x * sigmoid(1.702 * x),
        "the square root of 2 inside erf is missing": 0.5 * x * (1 + erf),
        "this is only the gate: it has to be multiplied by x": gate(x),
        "this is the derivative of GELU, not GELU": slope_of(functional.gelu, x),
        "the gate runs from -1 to 1 instead of from 0 to 1": x * value(torch.erf, x / np.sqrt(2)),
        "the gate is the density instead of the distribution function": x * density(x),
        "this is SiLU: the gate of GELU is another one": x * sigmoid(x),
    }


def gelu_grad_mistakes(x):
    """Return the known wrong forms of the derivative of GELU."""
    return {
        "this is the derivative of the tanh approximation, not of the exact GELU": slope_of(gelu_by_tanh, x),
        "this is GELU itself, not its derivative": value(functional.gelu, x),
        "only the gate is here: the product rule has a second term": gate(x),
        "only one term of the product rule is here": x * density(x),
        "in the second term of the product rule the factor x is missing": gate(x) + density(x),
        "the second term of the product rule has the wrong sign": gate(x) - x * density(x),
        "the distribution function was used where its derivative belongs": gate(x) + x * gate(x),
        "the derivative was taken at the output instead of the input": slope_of(functional.gelu, value(functional.gelu, x)),
        "the density is not normalised": gate(x) + x * np.exp(-np.square(x) / 2),
        "the exponent of the density lacks its factor one half": gate(x) + x * np.exp(-np.square(x)) / np.sqrt(2 * np.pi),
    }


def relu_mistakes(x):
    """Return the known wrong forms of ReLU."""
    return {
        "negative inputs were made positive instead of 0": np.abs(x),
        "the smaller of x and 0 was kept instead of the larger": np.minimum(x, 0),
        "this is the derivative of ReLU, not ReLU": 1.0 * (x > 0),
        "negative inputs still leak through": np.where(x > 0, x, 0.01 * x),
    }


def relu_grad_mistakes(x):
    """Return the known wrong forms of the derivative of ReLU."""
    return {
        "this is ReLU itself, not its derivative": np.maximum(x, 0),
        "the two sides are swapped": 1.0 * (x < 0),
        "this is the sign of x: what is the slope of the flat piece?": np.sign(x),
        "this is the slope of leaky ReLU": np.where(x > 0, 1.0, 0.01),
    }


def prelu_grad_mistakes(x, alpha):
    """Return the known wrong forms of the derivative of PReLU."""
    return {"this is the derivative with respect to alpha, not x": np.minimum(x, 0), **leaky_grad_mistakes(x, alpha)}


def tanh_mistakes(x):
    """Return the known wrong forms of tanh."""
    return {
        "this is the sigmoid, which runs from 0 to 1": sigmoid(x),
        "this is the derivative of tanh, not tanh": slope_of(torch.tanh, x),
        "this runs from -1 to 1 but at half the speed: look at the exponents": np.tanh(x / 2),
        "this is tan, not tanh": np.tan(x),
    }


def tanh_grad_mistakes(x):
    """Return the known wrong forms of the derivative of tanh."""
    return {
        "this is tanh itself, not its derivative": np.tanh(x),
        "the derivative was taken at the output instead of the input": slope_of(torch.tanh, np.tanh(x)),
        "x was used as if it were already the output of tanh": 1 - x**2,
        "a square is missing": 1 - np.tanh(x),
        "this is the rule for the sigmoid, applied to tanh": np.tanh(x) * (1 - np.tanh(x)),
        "this is the derivative of the sigmoid": sigmoid(x) * (1 - sigmoid(x)),
    }


def silu_mistakes(x):
    """Return the known wrong forms of SiLU."""
    return {
        "this is only the gate: it has to be multiplied by x": sigmoid(x),
        "this is the derivative of SiLU, not SiLU": slope_of(functional.silu, x),
        "the gate closes for positive inputs: the sign in the exponential is flipped": x * sigmoid(-x),
        "the derivative of the sigmoid was used as the gate": x * sigmoid(x) * (1 - sigmoid(x)),
        "this is GELU: the gate of SiLU is another one": value(functional.gelu, x),
        "tanh was used as the gate": x * np.tanh(x),
    }


def silu_grad_mistakes(x):
    """Return the known wrong forms of the derivative of SiLU."""
    s = sigmoid(x)
    return {
        "this is SiLU itself, not its derivative": x * s,
        "only the gate is here: the product rule has a second term": s,
        "this is the derivative of the gate alone": s * (1 - s),
        "only one term of the product rule is here": x * s * (1 - s),
        "the sigmoid was used where its derivative belongs": s + x * s,
        "in the second term of the product rule the factor x is missing": s + s * (1 - s),
        "the second term of the product rule has the wrong sign": s - x * s * (1 - s),
        "the derivative was taken at the output instead of the input": slope_of(functional.silu, x * s),
    }


class Case(NamedTuple):
    """One function of the zoo.

    Attributes:
        torch: parameters -> the torch function (of a `NAME_grad`, the function whose derivative is asked for).
        mistakes: (x, *parameters) -> sentence -> the known wrong answer.
        far: the answers at -1000 and 1000, for the parameters `usual`.
        points: for its values on arrays.
        usual: the parameters that are given where nothing else is said, or () where it has defaults.
        default: the defaults of its parameters.
        other: parameters that are not the default ones, drawn between these two.
    """

    torch: Callable
    mistakes: Callable
    far: tuple[float, float]
    points: float
    usual: tuple[float, ...] = ()
    default: tuple[float, ...] = ()
    other: tuple[float, float] | None = None


CASES = {
    "relu": Case(lambda: torch.relu, relu_mistakes, (0.0, 1000.0), 0.25),
    "relu_grad": Case(lambda: torch.relu, relu_grad_mistakes, (0.0, 1.0), 0.25),
    "leaky_relu": Case(piecewise, leaky_mistakes, (-10.0, 1000.0), 0.25, (), (0.01,), (0.05, 0.4)),
    "leaky_relu_grad": Case(piecewise, leaky_grad_mistakes, (0.01, 1.0), 0.25, (), (0.01,), (0.05, 0.4)),
    "prelu": Case(piecewise, leaky_mistakes, (-250.0, 1000.0), 0.25, (0.25,), (), (0.1, 0.6)),
    "prelu_grad": Case(piecewise, prelu_grad_mistakes, (0.25, 1.0), 0.25, (0.25,), (), (0.1, 0.6)),
    "elu": Case(elu_with, elu_mistakes, (-1.0, 1000.0), 0.25, (), (1.0,), (1.4, 2.5)),
    "elu_grad": Case(elu_with, elu_grad_mistakes, (0.0, 1.0), 0.25, (), (1.0,), (1.4, 2.5)),
    "tanh": Case(lambda: torch.tanh, tanh_mistakes, (-1.0, 1.0), 0.25),
    "tanh_grad": Case(lambda: torch.tanh, tanh_grad_mistakes, (0.0, 0.0), 0.5),
    "gelu": Case(lambda: functional.gelu, gelu_mistakes, (0.0, 1000.0), 0.5),
    "gelu_grad": Case(lambda: functional.gelu, gelu_grad_mistakes, (0.0, 1.0), 0.5),
    "silu": Case(lambda: functional.silu, silu_mistakes, (0.0, 1000.0), 0.5),
    "silu_grad": Case(lambda: functional.silu, silu_grad_mistakes, (0.0, 1.0), 0.75),
}
WITH_DEFAULT = ("leaky_relu", "leaky_relu_grad", "elu", "elu_grad")
PRELU = ("prelu", "prelu_grad")


def each(points, *names):
    """Parametrize a test over functions, with the points that it gives to each; None for those of its `Case`."""
    worth = {name: CASES[name].points if points is None else points for name in names or CASES}
    return pytest.mark.parametrize("name", [pytest.param(name, marks=question(name, part)) for name, part in worth.items()])


def right(name, x, *parameters):
    """Return what a function must answer."""
    case = CASES[name]
    of = slope_of if name.endswith("_grad") else value
    return of(case.torch(*(parameters or case.default)), x)


def check(student, name, x, *parameters, what="", **tolerance):
    """Compare a function at x, with the usual parameters if none are given."""
    parameters = parameters or CASES[name].usual
    given = np.asarray(x, dtype=float)
    mistakes = CASES[name].mistakes(given, *(parameters or CASES[name].default)) if given.size > 3 and not tolerance else {}
    close(getattr(student, name)(x, *parameters), right(name, x, *parameters), what=what, mistakes=mistakes, **tolerance)


def other_parameters(rng, name):
    """Return parameters that are not the default ones, or none if it takes none."""
    return (float(rng.uniform(*CASES[name].other)),) if CASES[name].other else ()


@each(None)
def test_random_arrays(student, rng, name):
    """On random arrays, with random parameters if it has any, every entry is that of torch."""
    for _ in range(3):
        check(student, name, away_from_zero(rng, (8,)), *other_parameters(rng, name))


@each(0.125)
def test_arrays_of_any_shape_and_order(student, rng, name):
    """Arrays of two and three axes, transposed and strided ones give an answer of their own shape."""
    shapes = away_from_zero(rng, (3, 4)), away_from_zero(rng, (2, 1, 3)), away_from_zero(rng, (3, 8))[:, ::2], away_from_zero(rng, (2, 5)).T
    for x in shapes:
        check(student, name, x)


@each(0.0625)
def test_plain_numbers(student, rng, name):
    """Python floats of both signs are taken as well, and the answer is a single number."""
    for number in (float(rng.uniform(0.2, 2.0)), -float(rng.uniform(0.2, 2.0))):
        check(student, name, number, what="a Python float")


@each(0.03125)
def test_arrays_without_axes(student, rng, name):
    """Arrays without axes are taken as well, and the answer is a single number."""
    for number in (float(rng.uniform(0.2, 2.0)), -float(rng.uniform(0.2, 2.0))):
        check(student, name, np.array(number), what="an array without axes")


@each(0.03125)
def test_empty_arrays(student, name):
    """An empty array gives an empty array."""
    check(student, name, np.zeros(0), what="an empty array")


@each(0.0625)
def test_float32_arrays(student, rng, name):
    """float32 arrays are taken as well."""
    check(student, name, away_from_zero(rng, (6,)).astype(np.float32), what="a float32 array", **FLOAT32)


@each(0.0625)
def test_plain_numbers_far_out(student, name):
    """A plain number of -1000 or 1000 gives a finite and right answer as well."""
    parameters, (left, far_right) = CASES[name].usual, CASES[name].far
    for x, want in ((0.5, float(right(name, 0.5, *parameters))), (-1000.0, left), (1000.0, far_right)):
        try:
            close(getattr(student, name)(x, *parameters), want, what=f"the number {x}")
        except NotAttempted:
            raise
        except (Mismatch, StudentFailure):
            if x == 0.5:
                return  # plain numbers are judged elsewhere
            raise


@each(0.0625)
def test_far_out(student, name):
    """At -1000 and 1000 the answer is finite and right."""
    ends, parameters = np.array([-1000.0, 1000.0]), CASES[name].usual
    close(getattr(student, name)(ends, *parameters), np.array(CASES[name].far), what="the array (-1000, 1000)")


@each(0.0625)
def test_the_argument_is_left_alone(student, rng, name):
    """The array that was given is not changed, and a second call gives the same answer."""
    x, parameters = away_from_zero(rng, (2, 3)), CASES[name].usual
    unchanged(getattr(student, name), x, *parameters, want=right(name, x, *parameters))


@each(0.125, *WITH_DEFAULT)
def test_without_a_parameter(student, rng, name):
    """Where the parameter is not given, its default is used."""
    check(student, name, away_from_zero(rng, (5,)), what="with the default")


@each(0.125, *WITH_DEFAULT)
def test_parameter_by_name(student, rng, name):
    """The parameter can be given by its name."""
    by_name(student, rng, name, "slope" if "leaky" in name else "alpha")


def by_name(student, rng, name, parameter):
    """Compare with a parameter that is given by its name."""
    x, (number,) = away_from_zero(rng, (5,)), other_parameters(rng, name)
    close(getattr(student, name)(x, **{parameter: number}), right(name, x, number), what=f"{parameter} by name", mistakes=CASES[name].mistakes(x, number))


@each(0.0625, *PRELU)
def test_prelu_alpha_by_name(student, rng, name):
    """alpha can be given by its name."""
    by_name(student, rng, name, "alpha")


@each(0.0625, *PRELU)
def test_prelu_with_a_small_and_a_large_alpha(student, rng, name):
    """alpha is learned: it may be near 0 or near 1."""
    for alpha in (float(rng.uniform(0.02, 0.1)), float(rng.uniform(0.7, 0.95))):
        check(student, name, away_from_zero(rng, (6,)), alpha, what=f"alpha = {alpha:.3g}")


@each(0.0625, *PRELU)
def test_prelu_with_alpha_above_one(student, rng, name):
    """alpha is learned: it may be above 1."""
    alpha = float(rng.uniform(1.2, 3.0))
    check(student, name, away_from_zero(rng, (6,)), alpha, what=f"alpha = {alpha:.3g}")


@each(0.0625, *PRELU)
def test_prelu_with_a_negative_alpha(student, rng, name):
    """alpha is learned: it may be negative."""
    alpha = -float(rng.uniform(0.2, 2.0))
    check(student, name, away_from_zero(rng, (6,)), alpha, what=f"alpha = {alpha:.3g}")


@question("relu", points=0.25)
def test_relu_at_zero(student):
    """`relu` is 0 at 0."""
    close(student.relu(np.array([0.0, -1.0, 0.0])), np.zeros(3), what="relu at (0, -1, 0)")


@question("relu_grad", points=0.25)
def test_relu_grad_at_zero(student, rng):
    """At exactly 0 `relu_grad` follows the convention stated at the top of the notebook."""
    x = rng.permutation(np.array([0.0, 0.0, -1.0, 2.0]))
    close(student.relu_grad(x), 1.0 * (x > 0), mistakes={
        "an input of exactly 0 was given the slope of the positive side": 1.0 * (x >= 0),
        "an input of exactly 0 was given the mean of both slopes": np.heaviside(x, 0.5),
    })


@each(0.5, "gelu", "gelu_grad")
def test_gelu_is_exact(student, rng, name):
    """It belongs to the exact function, not to an approximation that is off in the fourth or seventh digit."""
    check(student, name, rng.permutation(np.append(-rng.uniform(0.1, 5.0, size=40), rng.uniform(0.1, 5.0, size=40))))


@question("predict_falling_curves", points=0.5)
def test_predict_falling_curves_is_right(student):
    """The number of curves that fall somewhere was predicted rightly."""
    guess = student.predict_falling_curves.value()
    if guess is None:
        not_attempted("Set predict_falling_curves to the number of curves that you expect.")
    close(guess, 2.0, mistakes={
        "look at every gate, not only at the one that is known for it": 1.0,
        "start far to the left and follow each curve up to x = 0": 0.0,
    })


def recommends(student, **answers):
    """Fail unless each situation gets the name of its function."""
    for situation, want in answers.items():
        got = student.recommend(situation)
        if not isinstance(got, str):
            raise Mismatch(f"recommend({situation!r}) must be a string", "nothing was returned: did you forget `return`?" if got is None else "")
        if got != want:
            said = got if len(got) < 40 else got[:37] + "…"
            tidy = got.strip().lower().replace(" ", "_").replace("-", "_")
            hint = "the right function, but not written as the name of the Python function" if tidy == want else ""
            raise Mismatch(f"recommend({situation!r}) gave {said!r}, which is not what practice advises", hint)


@question("recommend", points=0.5)
def test_recommend_for_a_baseline_and_for_dead_units(student):
    """A first experiment gets the usual default, and a network with many dead units its closest repair."""
    recommends(student, baseline="relu", dead_units="leaky_relu")


@question("recommend", points=0.5)
def test_recommend_for_a_stable_deep_network(student):
    """A deep network that must train more stably gets the function with a smooth, levelling negative side."""
    recommends(student, stable_deep="elu")


@question("recommend", points=0.5)
def test_recommend_for_modern_architectures(student):
    """Transformers and efficient vision networks each get their own smooth gate."""
    recommends(student, transformer="gelu", efficient_vision="silu")


@question("recommend", points=0.5)
def test_recommend_for_probabilities_and_for_recurrent_layers(student):
    """A probability at the output and a symmetric state in a recurrent network get the right squashing functions."""
    recommends(student, binary_output="sigmoid", zero_centred_recurrent="tanh")


ZEROS = "this is the share of zero outputs over all rows and units, not of units that never fire"
ANY_SILENT = "a unit counts as dead here as soon as one row leaves it silent"
LIVING = "this is the share of the living units"
NUMBER = "this is a number of units, not a share"
ROWS = "this counts rows that wake no unit, not units that no row wakes"
NO_BIAS = "the bias is missing"
BIAS_SUBTRACTED = "the bias was subtracted"
AVERAGE = "the average preactivation decides here, but one positive row is enough"


def random_layer(rng, rows, inputs, units):
    """Return X, W, b: some units are silent in every row, and each of the others fires in two rows."""
    X, W = rng.uniform(0.2, 2.0, size=(rows, inputs)), rng.normal(size=(units, inputs))
    W[0] = -np.abs(W[0])
    sums = X @ W.T
    dead = rng.permutation(np.arange(units) < units // 2 - 1)
    threshold = np.sort(sums, axis=0)[-3:-1].mean(axis=0)
    return X, W, np.where(dead, -sums.max(axis=0) - 0.1, -threshold)


def wide_awake_layer(rng, size):
    """Return a square random layer whose last unit fires in every row, and the one before in all rows but one."""
    X, W, b = random_layer(rng, size, size, size)
    b[-1] = 1 + np.abs(X @ W[-1]).max()
    b[-2] = -np.sort(X @ W[-2])[:2].mean()
    return X, W, b


def dead_share(X, W, b):
    """Return the share of units that no row makes positive."""
    return 1 - (X @ W.T + b > 0).any(axis=0).mean()


def dead_mistakes(X, W, b):
    """Return the known wrong forms of the share of dead units, where their value tells them apart."""
    z = X @ W.T + b
    wrong = {
        ZEROS: (z <= 0).mean(),
        ANY_SILENT: (z <= 0).any(axis=0).mean(),
        LIVING: (z > 0).any(axis=0).mean(),
        NUMBER: (~(z > 0).any(axis=0)).sum(),
        ROWS: (~(z > 0).any(axis=1)).mean(),
        NO_BIAS: (~(X @ W.T > 0).any(axis=0)).mean(),
        BIAS_SUBTRACTED: (~(X @ W.T - b > 0).any(axis=0)).mean(),
        AVERAGE: (z.mean(axis=0) <= 0).mean(),
    }
    values = [dead_share(X, W, b), *(float(value) for value in wrong.values())]
    return {sentence: value for sentence, value in wrong.items() if value not in (0.0, 1.0) and np.isclose(values, value).sum() == 1}


def telling_layer(draw, told):
    """Return the first layer drawn in which each of the mistakes `told` has a value of its own: no luck decides what is said."""
    while True:
        layer = draw()
        if told <= dead_mistakes(*layer).keys():
            return layer


@question("dead_fraction", points=0.25)
def test_dead_fraction_leaves_its_arguments_alone(student, rng):
    """`dead_fraction` changes neither X nor W nor b, and a second call gives the same answer."""
    layer = random_layer(rng, 9, 3, 8)
    unchanged(student.dead_fraction, *layer, want=dead_share(*layer))


@question("dead_fraction", points=0.75)
def test_dead_fraction_of_a_random_layer(student, rng):
    """`dead_fraction` is the share of units that no row makes positive, for a layer of random size."""
    units = int(rng.integers(8, 12))
    layer = telling_layer(lambda: random_layer(rng, 9, 3, units), {ZEROS, LIVING, NUMBER, ROWS, NO_BIAS})
    close(student.dead_fraction(*layer), dead_share(*layer), mistakes=dead_mistakes(*layer))


@question("dead_fraction", points=0.5)
def test_dead_fraction_of_a_square_layer(student, rng):
    """With as many units as inputs and rows, rows and units are still told apart."""
    layer = telling_layer(lambda: wide_awake_layer(rng, 8), {ANY_SILENT, NO_BIAS, BIAS_SUBTRACTED, AVERAGE})
    close(student.dead_fraction(*layer), dead_share(*layer), mistakes=dead_mistakes(*layer))


@question("dead_fraction", points=0.5)
def test_dead_fraction_counts_exact_zeros_as_dead(student):
    """A unit whose preactivation never rises above exactly 0 is dead, and one positive row is enough to live."""
    X = np.array([[1.0, 2.0], [3.0, -1.0], [0.0, 4.0]])
    W, b = np.array([[0.0, 0.0], [-1.0, 0.0], [1.0, 0.0], [0.0, -1.0], [1.0, 0.0]]), np.array([0.0, -1.0, -2.0, -1.0, 3.0])
    close(student.dead_fraction(X, W, b), 0.6, mistakes={"a preactivation of exactly 0 counts as firing here, but ReLU's slope there is 0": 0.2})


def prelu_reference(x, alpha, upstream):
    """Return dL/dx and dL/dalpha of PReLU by automatic differentiation."""
    leaf, slope = torch.tensor(np.array(x), requires_grad=True), torch.tensor(alpha, dtype=torch.float64, requires_grad=True)
    output = torch.where(leaf > 0, leaf, slope * leaf)
    dx, dalpha = torch.autograd.grad((output * torch.tensor(np.array(upstream))).sum(), (leaf, slope))
    return dx.numpy(), float(dalpha)


def random_prelu(rng, shape):
    """Return x, alpha and an upstream gradient whose entries are far from 0 and 1."""
    sign = rng.choice([-1.0, 1.0], size=shape)
    return away_from_zero(rng, shape), float(rng.uniform(0.1, 0.6)), sign * rng.uniform(1.2, 4.0, size=shape)


def dx_mistakes(x, alpha, upstream):
    """Return the known wrong forms of dL/dx of PReLU."""
    return {
        "the upstream gradient is missing: this is only the local derivative": np.where(x > 0, 1.0, alpha),
        "the slope was applied on the wrong side": upstream * np.where(x > 0, alpha, 1.0),
        "the side was decided by the upstream gradient instead of x": upstream * np.where(upstream > 0, 1.0, alpha),
        "the negative side is cut off, as in plain ReLU": upstream * (x > 0),
        "this is upstream times the output instead of upstream times the derivative": upstream * np.where(x > 0, x, alpha * x),
    }


def dalpha_mistakes(x, alpha, upstream):
    """Return the known wrong forms of dL/dalpha of PReLU."""
    return {
        "the upstream gradient is missing": np.minimum(x, 0).sum(),
        "the contributions are not summed: there is only one alpha": upstream * np.minimum(x, 0),
        "the contributions were averaged, but they add up": (upstream * np.minimum(x, 0)).mean(),
        "positive inputs contribute as well here, but alpha plays no part in their output": (upstream * x).sum(),
        "the inputs of the wrong side contribute": (upstream * np.maximum(x, 0)).sum(),
        "alpha is still there: the derivative of alpha times x with respect to alpha is x": (upstream * alpha * np.minimum(x, 0)).sum(),
        "the upstream gradient was summed without x": (upstream * (x < 0)).sum(),
        "upstream gradient and local derivative were summed before they were multiplied": upstream.sum() * np.minimum(x, 0).sum(),
    }


@question("prelu_backward", points=0.75)
def test_prelu_backward_matches_autograd_for_x(student, rng):
    """The first gradient has the shape of x and agrees with automatic differentiation for a random upstream gradient."""
    for shape in [(7,), (3, 4), (2, 2, 3)]:
        x, alpha, upstream = random_prelu(rng, shape)
        dx, _ = pair(student.prelu_backward(x, alpha, upstream))
        close(dx, prelu_reference(x, alpha, upstream)[0], what="dx",
              mistakes={**dx_mistakes(x, alpha, upstream), SWAPPED: prelu_reference(x, alpha, upstream)[1]})


@question("prelu_backward", points=0.75)
def test_prelu_backward_matches_autograd_for_alpha(student, rng):
    """The second gradient is a single number and agrees with automatic differentiation for a random upstream gradient."""
    for shape in [(7,), (3, 4), (2, 2, 3)]:
        x, alpha, upstream = random_prelu(rng, shape)
        _, dalpha = pair(student.prelu_backward(x, alpha, upstream))
        mistakes = dalpha_mistakes(x, alpha, upstream)
        have = array(dalpha, what="dalpha")
        if have.shape == x.shape and np.allclose(have, upstream * np.minimum(x, 0)):
            raise Mismatch(f"dalpha: wrong shape: got an array of shape {x.shape}, expected a single number",
                           "the contributions are not summed: there is only one alpha")
        close(dalpha, prelu_reference(x, alpha, upstream)[1], what="dalpha",
              mistakes={**mistakes, SWAPPED: prelu_reference(x, alpha, upstream)[0]})


def prelu_backward_is_right(student, x, alpha, upstream):
    """Compare both gradients."""
    dx, dalpha = pair(student.prelu_backward(x, alpha, upstream))
    want_x, want_alpha = prelu_reference(x, alpha, upstream)
    close(dx, want_x, what="dx", mistakes={**dx_mistakes(x, alpha, upstream), SWAPPED: want_alpha})
    close(dalpha, want_alpha, what="dalpha", mistakes={k: v for k, v in dalpha_mistakes(x, alpha, upstream).items() if np.ndim(v) == 0})


@question("prelu_backward", points=0.125)
def test_prelu_backward_on_views(student, rng):
    """Both gradients are right on arrays whose entries do not lie side by side in memory."""
    x, alpha, upstream = random_prelu(rng, (3, 8))
    prelu_backward_is_right(student, x[:, ::2], alpha, upstream.reshape(8, 3).T[:, ::2])


@question("prelu_backward", points=0.25)
def test_prelu_backward_with_any_alpha(student, rng):
    """Both gradients are right for an alpha near 0, above 1 or below 0."""
    for alpha in (float(rng.uniform(0.02, 0.1)), float(rng.uniform(1.2, 3.0)), -float(rng.uniform(0.2, 2.0))):
        x, _, upstream = random_prelu(rng, (7,))
        prelu_backward_is_right(student, x, alpha, upstream)


@question("prelu_backward", points=0.125)
def test_prelu_backward_leaves_its_arguments_alone(student, rng):
    """Neither x nor the upstream gradient is changed, and a second call gives the same answer."""
    x, alpha, upstream = random_prelu(rng, (2, 3))
    unchanged(student.prelu_backward, x, alpha, upstream, want=prelu_reference(x, alpha, upstream))
