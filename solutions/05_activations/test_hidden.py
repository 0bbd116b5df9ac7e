"""Hidden checks of the activation zoo: random inputs, torch.autograd in double precision as the reference."""

import numpy as np
import torch
from torch.nn import functional

from grader.suite import Mismatch, array, close, not_attempted, pair, pure, question

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


def arrays_of_many_shapes(rng):
    """Return arrays of one, two and three axes, and two whose entries do not lie side by side in memory."""
    return [
        away_from_zero(rng, (7,)),
        away_from_zero(rng, (3, 4)),
        away_from_zero(rng, (2, 1, 3)),
        away_from_zero(rng, (3, 8))[:, ::2],
        away_from_zero(rng, (2, 5)).T,
    ]


def right_on_arrays(answer, want, rng, mistakes=lambda x: {}):
    """Compare on random arrays of many shapes; `mistakes` gives the known wrong answers at x."""
    for x in arrays_of_many_shapes(rng):
        close(answer(x), want(x), mistakes=mistakes(x))


def takes_every_form(answer, want, rng, *parameters):
    """Compare on Python floats, an array without axes, an empty array and float32, and hold the argument unchanged."""
    x = away_from_zero(rng, (2, 3))
    close(pure(answer, x, *parameters), want(x), what="an array")
    for number in (float(rng.uniform(0.2, 2.0)), -float(rng.uniform(0.2, 2.0))):
        close(answer(number, *parameters), want(number), what="a Python float")
        close(answer(np.array(number), *parameters), want(number), what="an array without axes")
    close(answer(np.zeros(0), *parameters), np.zeros(0), what="an empty array")
    single = away_from_zero(rng, (6,)).astype(np.float32)
    close(answer(single, *parameters), want(single), what="a float32 array", **FLOAT32)


def right_far_out(answer, left, right, *parameters):
    """Compare at -1000 and 1000, in an array and as plain numbers."""
    close(answer(np.array([-1000.0, 1000.0]), *parameters), np.array([left, right]), what="the array (-1000, 1000)")
    close(answer(-1000.0, *parameters), left, what="the number -1000.0")
    close(answer(1000.0, *parameters), right, what="the number 1000.0")


@question("relu", points=0.5)
def test_relu_matches_torch(student, rng):
    """`relu` is right on random arrays of any shape and memory order."""
    right_on_arrays(student.relu, lambda x: value(torch.relu, x), rng, lambda x: {
        "negative inputs were made positive instead of 0": np.abs(x),
        "the smaller of x and 0 was kept instead of the larger": np.minimum(x, 0),
        "this is the derivative of ReLU, not ReLU": 1.0 * (x > 0),
        "negative inputs still leak through": np.where(x > 0, x, 0.01 * x),
    })


@question("relu", points=0.25)
def test_relu_takes_every_form_of_input(student, rng):
    """`relu` takes numbers, arrays without axes, empty and float32 arrays, and changes none of them."""
    takes_every_form(student.relu, lambda x: value(torch.relu, x), rng)


@question("relu", points=0.25)
def test_relu_at_zero_and_far_out(student):
    """`relu` is 0 at 0 and at -1000, and 1000 at 1000."""
    close(student.relu(np.array([0.0, -1.0, 0.0])), np.zeros(3), what="relu at (0, -1, 0)")
    close(student.relu(0.0), 0.0, what="relu at 0.0")
    right_far_out(student.relu, 0.0, 1000.0)


@question("relu_grad", points=0.5)
def test_relu_grad_matches_autograd(student, rng):
    """`relu_grad` is the derivative of ReLU on random arrays of any shape and memory order."""
    right_on_arrays(student.relu_grad, lambda x: slope_of(torch.relu, x), rng, lambda x: {
        "this is ReLU itself, not its derivative": np.maximum(x, 0),
        "the two sides are swapped": 1.0 * (x < 0),
        "this is the sign of x: what is the slope of the flat piece?": np.sign(x),
        "this is the slope of leaky ReLU": np.where(x > 0, 1.0, 0.01),
    })


@question("relu_grad", points=0.25)
def test_relu_grad_at_zero(student, rng):
    """At exactly 0 `relu_grad` follows the convention stated at the top of the notebook."""
    x = rng.permutation(np.array([0.0, 0.0, -1.0, 2.0]))
    close(student.relu_grad(x), 1.0 * (x > 0), mistakes={
        "an input of exactly 0 was given the slope of the positive side": 1.0 * (x >= 0),
        "an input of exactly 0 was given the mean of both slopes": np.heaviside(x, 0.5),
    })
    close(student.relu_grad(0.0), 0.0, what="the number 0.0")


@question("relu_grad", points=0.25)
def test_relu_grad_takes_every_form_of_input_and_far_ends(student, rng):
    """`relu_grad` takes numbers, arrays without axes, empty and float32 arrays, changes none of them, and is right at -1000 and 1000."""
    takes_every_form(student.relu_grad, lambda x: slope_of(torch.relu, x), rng)
    right_far_out(student.relu_grad, 0.0, 1.0)


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


@question("leaky_relu", points=0.5)
def test_leaky_relu_matches_torch(student, rng):
    """`leaky_relu` with a given slope is right on random arrays of any shape and memory order."""
    slope = float(rng.uniform(0.05, 0.4))
    right_on_arrays(lambda x: student.leaky_relu(x, slope), lambda x: value(piecewise(slope), x), rng, lambda x: leaky_mistakes(x, slope))


@question("leaky_relu", points=0.25)
def test_leaky_relu_has_a_default_slope_and_takes_it_by_name(student, rng):
    """`leaky_relu` uses the slope 0.01 when none is given, and takes another one by its name."""
    x, slope = away_from_zero(rng, (5,)), float(rng.uniform(0.05, 0.4))
    close(student.leaky_relu(x), value(piecewise(0.01), x), what="without a slope")
    close(student.leaky_relu(x, slope=slope), value(piecewise(slope), x), what="slope by name", mistakes=leaky_mistakes(x, slope))


@question("leaky_relu", points=0.25)
def test_leaky_relu_takes_every_form_of_input_and_far_ends(student, rng):
    """`leaky_relu` takes numbers, arrays without axes, empty and float32 arrays, changes none of them, and is right at -1000 and 1000."""
    takes_every_form(student.leaky_relu, lambda x: value(piecewise(0.01), x), rng)
    right_far_out(student.leaky_relu, -10.0, 1000.0)


@question("leaky_relu_grad", points=0.5)
def test_leaky_relu_grad_matches_autograd(student, rng):
    """`leaky_relu_grad` is the derivative with respect to x on random arrays of any shape and memory order."""
    slope = float(rng.uniform(0.05, 0.4))
    right_on_arrays(lambda x: student.leaky_relu_grad(x, slope), lambda x: slope_of(piecewise(slope), x), rng, lambda x: leaky_grad_mistakes(x, slope))


@question("leaky_relu_grad", points=0.25)
def test_leaky_relu_grad_has_a_default_slope_and_takes_it_by_name(student, rng):
    """`leaky_relu_grad` uses the slope 0.01 when none is given, and takes another one by its name."""
    x, slope = away_from_zero(rng, (5,)), float(rng.uniform(0.05, 0.4))
    close(student.leaky_relu_grad(x), slope_of(piecewise(0.01), x), what="without a slope")
    close(student.leaky_relu_grad(x, slope=slope), slope_of(piecewise(slope), x), what="slope by name", mistakes=leaky_grad_mistakes(x, slope))


@question("leaky_relu_grad", points=0.25)
def test_leaky_relu_grad_takes_every_form_of_input_and_far_ends(student, rng):
    """`leaky_relu_grad` takes numbers, arrays without axes, empty and float32 arrays, changes none of them, and is right at -1000 and 1000."""
    takes_every_form(student.leaky_relu_grad, lambda x: slope_of(piecewise(0.01), x), rng)
    right_far_out(student.leaky_relu_grad, 0.01, 1.0)


@question("prelu", points=0.5)
def test_prelu_matches_torch(student, rng):
    """`prelu` with a random alpha, given by place or by name, is right on random arrays of any shape and memory order."""
    alpha = float(rng.uniform(0.1, 0.6))
    right_on_arrays(lambda x: student.prelu(x, alpha), lambda x: value(piecewise(alpha), x), rng, lambda x: leaky_mistakes(x, alpha))
    x = away_from_zero(rng, (5,))
    close(student.prelu(x, alpha=alpha), value(piecewise(alpha), x), what="alpha by name")


@question("prelu", points=0.25)
def test_prelu_with_a_small_and_a_large_alpha(student, rng):
    """`prelu` is right for an alpha near 0 and for one near 1."""
    for alpha in (float(rng.uniform(0.02, 0.1)), float(rng.uniform(0.7, 0.95))):
        x = away_from_zero(rng, (6,))
        close(student.prelu(x, alpha), value(piecewise(alpha), x), what=f"alpha = {alpha:.3g}", mistakes=leaky_mistakes(x, alpha))


@question("prelu", points=0.25)
def test_prelu_takes_every_form_of_input_and_far_ends(student, rng):
    """`prelu` takes numbers, arrays without axes, empty and float32 arrays, changes none of them, and is right at -1000 and 1000."""
    takes_every_form(student.prelu, lambda x: value(piecewise(0.25), x), rng, 0.25)
    right_far_out(student.prelu, -250.0, 1000.0, 0.25)


@question("prelu_grad", points=0.5)
def test_prelu_grad_matches_autograd(student, rng):
    """`prelu_grad` with a random alpha, given by place or by name, is the derivative with respect to x on arrays of any shape."""
    alpha = float(rng.uniform(0.1, 0.6))
    right_on_arrays(lambda x: student.prelu_grad(x, alpha), lambda x: slope_of(piecewise(alpha), x), rng, lambda x: {
        "this is the derivative with respect to alpha, not x": np.minimum(x, 0), **leaky_grad_mistakes(x, alpha)})
    x = away_from_zero(rng, (5,))
    close(student.prelu_grad(x, alpha=alpha), slope_of(piecewise(alpha), x), what="alpha by name")


@question("prelu_grad", points=0.25)
def test_prelu_grad_with_a_small_and_a_large_alpha(student, rng):
    """`prelu_grad` is right for an alpha near 0 and for one near 1."""
    for alpha in (float(rng.uniform(0.02, 0.1)), float(rng.uniform(0.7, 0.95))):
        x = away_from_zero(rng, (6,))
        close(student.prelu_grad(x, alpha), slope_of(piecewise(alpha), x), what=f"alpha = {alpha:.3g}", mistakes=leaky_grad_mistakes(x, alpha))


@question("prelu_grad", points=0.25)
def test_prelu_grad_takes_every_form_of_input_and_far_ends(student, rng):
    """`prelu_grad` takes numbers, arrays without axes, empty and float32 arrays, changes none of them, and is right at -1000 and 1000."""
    takes_every_form(student.prelu_grad, lambda x: slope_of(piecewise(0.25), x), rng, 0.25)
    right_far_out(student.prelu_grad, 0.25, 1.0, 0.25)


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


@question("elu", points=0.5)
def test_elu_matches_torch(student, rng):
    """`elu` with a given alpha is right on random arrays of any shape and memory order."""
    alpha = float(rng.uniform(1.4, 2.5))
    right_on_arrays(lambda x: student.elu(x, alpha), lambda x: value(elu_with(alpha), x), rng, lambda x: elu_mistakes(x, alpha))


@question("elu", points=0.25)
def test_elu_has_a_default_alpha_and_takes_it_by_name(student, rng):
    """`elu` uses alpha = 1 when none is given, and takes another one by its name."""
    x, alpha = away_from_zero(rng, (5,)), float(rng.uniform(0.3, 0.7))
    close(student.elu(x), value(elu_with(1.0), x), what="without alpha", mistakes=elu_mistakes(x, 1.0))
    close(student.elu(x, alpha=alpha), value(elu_with(alpha), x), what="alpha by name", mistakes=elu_mistakes(x, alpha))


@question("elu", points=0.25)
def test_elu_takes_every_form_of_input_and_far_ends(student, rng):
    """`elu` takes numbers, arrays without axes, empty and float32 arrays, changes none of them, and is right and finite at -1000 and 1000."""
    takes_every_form(student.elu, lambda x: value(elu_with(1.0), x), rng)
    right_far_out(student.elu, -1.0, 1000.0)


@question("elu_grad", points=0.5)
def test_elu_grad_matches_autograd(student, rng):
    """`elu_grad` is the derivative with respect to x on random arrays of any shape and memory order."""
    alpha = float(rng.uniform(1.4, 2.5))
    right_on_arrays(lambda x: student.elu_grad(x, alpha), lambda x: slope_of(elu_with(alpha), x), rng, lambda x: elu_grad_mistakes(x, alpha))


@question("elu_grad", points=0.25)
def test_elu_grad_has_a_default_alpha_and_takes_it_by_name(student, rng):
    """`elu_grad` uses alpha = 1 when none is given, and takes another one by its name."""
    x, alpha = away_from_zero(rng, (5,)), float(rng.uniform(0.3, 0.7))
    close(student.elu_grad(x), slope_of(elu_with(1.0), x), what="without alpha", mistakes=elu_grad_mistakes(x, 1.0))
    close(student.elu_grad(x, alpha=alpha), slope_of(elu_with(alpha), x), what="alpha by name", mistakes=elu_grad_mistakes(x, alpha))


@question("elu_grad", points=0.25)
def test_elu_grad_takes_every_form_of_input_and_far_ends(student, rng):
    """`elu_grad` takes numbers, arrays without axes, empty and float32 arrays, changes none of them, and is right and finite at -1000 and 1000."""
    takes_every_form(student.elu_grad, lambda x: slope_of(elu_with(1.0), x), rng)
    right_far_out(student.elu_grad, 0.0, 1.0)


def sigmoid(x):
    """Return the logistic function of moderate numbers."""
    return 1 / (1 + np.exp(-x))


@question("tanh", points=0.25)
def test_tanh_matches_torch(student, rng):
    """`tanh` is right on random arrays of any shape and memory order."""
    right_on_arrays(student.tanh, lambda x: value(torch.tanh, x), rng, lambda x: {
        "this is the sigmoid, which runs from 0 to 1": sigmoid(x),
        "this is the derivative of tanh, not tanh": slope_of(torch.tanh, x),
        "this runs from -1 to 1 but at half the speed: look at the exponents": np.tanh(x / 2),
        "this is tan, not tanh": np.tan(x),
    })


@question("tanh", points=0.25)
def test_tanh_takes_every_form_of_input(student, rng):
    """`tanh` takes numbers, arrays without axes, empty and float32 arrays, and changes none of them."""
    takes_every_form(student.tanh, lambda x: value(torch.tanh, x), rng)


@question("tanh", points=0.25)
def test_tanh_is_finite_far_out(student):
    """`tanh` is -1 at -1000 and 1 at 1000."""
    right_far_out(student.tanh, -1.0, 1.0)


@question("tanh_grad", points=0.5)
def test_tanh_grad_matches_autograd(student, rng):
    """`tanh_grad` is the derivative of tanh at x on random arrays of any shape and memory order."""
    right_on_arrays(student.tanh_grad, lambda x: slope_of(torch.tanh, x), rng, lambda x: {
        "this is tanh itself, not its derivative": np.tanh(x),
        "the derivative was taken at the output instead of the input": slope_of(torch.tanh, np.tanh(x)),
        "x was used as if it were already the output of tanh": 1 - x**2,
        "a square is missing": 1 - np.tanh(x),
        "this is the rule for the sigmoid, applied to tanh": np.tanh(x) * (1 - np.tanh(x)),
        "this is the derivative of the sigmoid": sigmoid(x) * (1 - sigmoid(x)),
    })


@question("tanh_grad", points=0.25)
def test_tanh_grad_takes_every_form_of_input(student, rng):
    """`tanh_grad` takes numbers, arrays without axes, empty and float32 arrays, and changes none of them."""
    takes_every_form(student.tanh_grad, lambda x: slope_of(torch.tanh, x), rng)


@question("tanh_grad", points=0.25)
def test_tanh_grad_is_zero_far_out(student):
    """`tanh_grad` is 0, and neither NaN nor infinite, at -1000 and 1000."""
    right_far_out(student.tanh_grad, 0.0, 0.0)


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


@question("gelu", points=0.5)
def test_gelu_matches_torch(student, rng):
    """`gelu` is right on random arrays of any shape and memory order."""
    right_on_arrays(student.gelu, lambda x: value(functional.gelu, x), rng, gelu_mistakes)


@question("gelu", points=0.5)
def test_gelu_is_exact(student, rng):
    """`gelu` is the exact function, not an approximation that is off in the fourth or seventh digit."""
    x = rng.permutation(np.append(-rng.uniform(0.1, 5.0, size=40), rng.uniform(0.1, 5.0, size=40)))
    close(student.gelu(x), value(functional.gelu, x), mistakes=gelu_mistakes(x))


@question("gelu", points=0.25)
def test_gelu_takes_every_form_of_input(student, rng):
    """`gelu` takes numbers, arrays without axes, empty and float32 arrays, and changes none of them."""
    takes_every_form(student.gelu, lambda x: value(functional.gelu, x), rng)


@question("gelu", points=0.25)
def test_gelu_is_finite_far_out(student):
    """`gelu` is 0 at -1000 and 1000 at 1000."""
    right_far_out(student.gelu, 0.0, 1000.0)


@question("gelu_grad", points=0.5)
def test_gelu_grad_matches_autograd(student, rng):
    """`gelu_grad` is the derivative of GELU at x on random arrays of any shape and memory order."""
    right_on_arrays(student.gelu_grad, lambda x: slope_of(functional.gelu, x), rng, gelu_grad_mistakes)


@question("gelu_grad", points=0.5)
def test_gelu_grad_is_exact(student, rng):
    """`gelu_grad` belongs to the exact function, not to an approximation of it."""
    x = rng.permutation(np.append(-rng.uniform(0.1, 5.0, size=40), rng.uniform(0.1, 5.0, size=40)))
    close(student.gelu_grad(x), slope_of(functional.gelu, x), mistakes=gelu_grad_mistakes(x))


@question("gelu_grad", points=0.25)
def test_gelu_grad_takes_every_form_of_input(student, rng):
    """`gelu_grad` takes numbers, arrays without axes, empty and float32 arrays, and changes none of them."""
    takes_every_form(student.gelu_grad, lambda x: slope_of(functional.gelu, x), rng)


@question("gelu_grad", points=0.25)
def test_gelu_grad_is_finite_far_out(student):
    """`gelu_grad` is 0 at -1000 and 1 at 1000."""
    right_far_out(student.gelu_grad, 0.0, 1.0)


@question("silu", points=0.5)
def test_silu_matches_torch(student, rng):
    """`silu` is right on random arrays of any shape and memory order."""
    right_on_arrays(student.silu, lambda x: value(functional.silu, x), rng, lambda x: {
        "this is only the gate: it has to be multiplied by x": sigmoid(x),
        "this is the derivative of SiLU, not SiLU": slope_of(functional.silu, x),
        "the gate closes for positive inputs: the sign in the exponential is flipped": x * sigmoid(-x),
        "the derivative of the sigmoid was used as the gate": x * sigmoid(x) * (1 - sigmoid(x)),
        "this is GELU: the gate of SiLU is another one": value(functional.gelu, x),
        "tanh was used as the gate": x * np.tanh(x),
    })


@question("silu", points=0.25)
def test_silu_takes_every_form_of_input(student, rng):
    """`silu` takes numbers, arrays without axes, empty and float32 arrays, and changes none of them."""
    takes_every_form(student.silu, lambda x: value(functional.silu, x), rng)


@question("silu", points=0.25)
def test_silu_is_finite_far_out(student):
    """`silu` is 0 at -1000 and 1000 at 1000, and nowhere NaN."""
    right_far_out(student.silu, 0.0, 1000.0)


@question("silu_grad", points=0.75)
def test_silu_grad_matches_autograd(student, rng):
    """`silu_grad` is the derivative of SiLU at x on random arrays of any shape and memory order."""
    def mistakes(x):
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

    right_on_arrays(student.silu_grad, lambda x: slope_of(functional.silu, x), rng, mistakes)


@question("silu_grad", points=0.25)
def test_silu_grad_takes_every_form_of_input(student, rng):
    """`silu_grad` takes numbers, arrays without axes, empty and float32 arrays, and changes none of them."""
    takes_every_form(student.silu_grad, lambda x: slope_of(functional.silu, x), rng)


@question("silu_grad", points=0.25)
def test_silu_grad_is_finite_far_out(student):
    """`silu_grad` is 0 at -1000 and 1 at 1000, and nowhere NaN."""
    right_far_out(student.silu_grad, 0.0, 1.0)


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


@question("dead_fraction", points=1)
def test_dead_fraction_of_a_random_layer(student, rng):
    """`dead_fraction` is the share of units that no row makes positive, for a layer of random size."""
    units = int(rng.integers(8, 12))
    layer = telling_layer(lambda: random_layer(rng, 9, 3, units), {ZEROS, LIVING, NUMBER, ROWS})
    close(pure(student.dead_fraction, *layer), dead_share(*layer), mistakes=dead_mistakes(*layer))


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


@question("prelu_backward", points=0.5)
def test_prelu_backward_on_views_with_a_small_and_a_large_alpha(student, rng):
    """Both gradients are right on non-contiguous arrays and for alpha near 0 or near 1, and no argument is changed."""
    for alpha in (float(rng.uniform(0.02, 0.1)), float(rng.uniform(0.7, 0.95))):
        x, _, upstream = random_prelu(rng, (3, 8))
        x, upstream = x[:, ::2], upstream.reshape(8, 3).T[:, ::2]
        dx, dalpha = pair(pure(student.prelu_backward, x, alpha, upstream))
        want_x, want_alpha = prelu_reference(x, alpha, upstream)
        close(dx, want_x, what="dx",
              mistakes={**dx_mistakes(x, alpha, upstream), SWAPPED: prelu_reference(x, alpha, upstream)[1]})
        close(dalpha, want_alpha, what="dalpha", mistakes={k: v for k, v in dalpha_mistakes(x, alpha, upstream).items() if np.ndim(v) == 0})
