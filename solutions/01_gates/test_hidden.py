"""The hidden suite of 01_gates: random inputs against torch.autograd, memory of the gates, forms of the inputs."""

import numpy as np
import pytest
import torch

from grader.suite import array, close, not_attempted, pair, question, scalar, unchanged

MISSING_UPSTREAM = "the upstream gradient is missing: this is only the local derivative"
SIGN_FLIPPED = "the sign is flipped"
OTHER_INPUT = "this is the gradient of the other input"
OTHER_GATE = "this gate answered with the inputs of another gate: keep them on the object, not on the class"
FIRST_FORWARD = "this belongs to an earlier forward of the gate: backward refers to the latest one"
ACCUMULATED = "the gradients of two backward calls were added up: each call answers for itself"
SUMMED = "the entries were summed up: the gradient has the shape of the input"
ONE_PATH = "only one of the two upstream gradients arrived"
SMALLER_INPUT = "the gradient went to the smaller input"
STRAY = "the input that does not decide the maximum received the gradient"
MISSED = "the gradient missed the input that decides the maximum"
NOT_SCALED = "the other input is missing: this is only the upstream gradient"
SPOILED = "both inputs were multiplied in: was the upstream array changed on the way?"
BOTH_INPUTS = "both inputs received the gradient"
ONE_WINNER = "one input received the whole gradient: each entry has a winner of its own"
LOST = "the factor 2 of the circuit is missing from this gradient"
STARTED = "the backward pass started with the value of f: the upstream gradient of the result is 1"
ONE_OBJECT = "both products of the circuit answer with the inputs of the second: each needs a memory of its own"


def draw(rng, *shape):
    """Return numbers of size 0.3 to 2.5, of either sign, so that nothing is near 0 or 1 by design."""
    return rng.uniform(0.3, 2.5, size=shape) * rng.choice([-1.0, 1.0], size=shape)


def draw_apart(rng, *shape):
    """Return x and y whose entries are at least 0.05 apart; in each of them some entries are the larger ones."""
    x = draw(rng, *shape)
    side = np.where(np.arange(x.size) % 2 == 0, 1.0, -1.0)
    return x, x + (rng.permutation(side) * rng.uniform(0.05, 2.0, size=x.size)).reshape(shape)


def reference(function, upstream, *inputs):
    """Return the output of a torch function and torch.autograd's gradients, in float64."""
    tensors = [torch.tensor(np.asarray(part, dtype=np.float64), requires_grad=True) for part in inputs]
    output = function(*tensors)
    gradients = torch.autograd.grad((output * torch.tensor(np.asarray(upstream, dtype=np.float64))).sum(), tensors)
    return output.detach().numpy(), tuple(gradient.numpy() for gradient in gradients)


EXACT, SINGLE = {}, {"rtol": 1e-4, "atol": 1e-5}
FORMS = {  # how a form is made of an array (6, 8), the tolerances, and the points
    "float": (lambda a: float(a[0, 0]), EXACT, 0.25),
    "without axes": (lambda a: np.array(a[1, 0]), EXACT, 0.125),
    "one axis": (lambda a: a[2], EXACT, 0.125),
    "strided": (lambda a: a[:, ::2], EXACT, 0.125),
    "transposed": (lambda a: a.T, EXACT, 0.125),
    "empty": (lambda a: np.zeros(0), EXACT, 0.125),
    "float32": (lambda a: a.astype(np.float32), SINGLE, 0.125),
}
GATES = {"AddGate": torch.add, "MulGate": torch.mul, "MaxGate": torch.maximum, "CopyGate": None}


@pytest.mark.parametrize("gate, form", [
    pytest.param(gate, form, marks=question(gate, points), id=f"{gate}-{form}") for gate in GATES for form, (_, _, points) in FORMS.items()])
def test_gate_takes_every_form_of_input(student, rng, gate, form):
    """The gate works on a float, and on 0-d, 1-D, strided, transposed, empty and float32 arrays: this is one of these forms."""
    make, tolerances, _ = FORMS[form]
    (x, y), upstream, again = map(make, draw_apart(rng, 6, 8)), make(draw(rng, 6, 8)), make(draw(rng, 6, 8))
    made = getattr(student, gate)()
    if gate == "CopyGate":
        for part in pair(made.forward(x)):
            close(part, np.asarray(x), what="output", **tolerances)
        close(made.backward(upstream, again), np.asarray(upstream + again), what="dx", **tolerances)
        return
    z, (want_dx, want_dy) = reference(GATES[gate], upstream, x, y)
    close(made.forward(x, y), z, what="z", **tolerances)
    dx, dy = pair(made.backward(upstream))
    close(dx, want_dx, what="dx", **tolerances)
    close(dy, want_dy, what="dy", **tolerances)


@pytest.mark.parametrize("gate", [pytest.param(gate, marks=question(gate, 0.25)) for gate in GATES])
def test_forward_leaves_its_inputs_alone(student, rng, gate):
    """The gate's forward leaves its inputs unchanged, and a second call gives the same answer."""
    x, y = draw_apart(rng, 3, 4)
    if gate == "CopyGate":
        unchanged(student.CopyGate().forward, x, want=(x, x))
    else:
        unchanged(getattr(student, gate)().forward, x, y, want=reference(GATES[gate], x, x, y)[0])


@question("AddGate", points=0.25)
def test_add_gate_backward_leaves_the_upstream_gradient_alone(student, rng):
    """The add gate's backward leaves the upstream gradient unchanged, and a second call gives the same answer."""
    x, y, upstream = draw(rng, 4, 3), draw(rng, 4, 3), draw(rng, 4, 3)
    gate = student.AddGate()
    gate.forward(x, y)
    unchanged(gate.backward, upstream, want=(upstream, upstream))


@question("CopyGate", points=0.25)
def test_copy_gate_backward_leaves_the_upstream_gradients_alone(student, rng):
    """The copy gate's backward leaves both upstream gradients unchanged, and a second call gives the same answer."""
    x, upstream_1, upstream_2 = draw(rng, 3, 4), draw(rng, 3, 4), draw(rng, 3, 4)
    gate = student.CopyGate()
    gate.forward(x)
    unchanged(gate.backward, upstream_1, upstream_2, want=upstream_1 + upstream_2)


@question("AddGate", points=0.75)
def test_add_gate_forward_adds_entry_by_entry(student, rng):
    """The add gate's forward returns the sum of two arrays."""
    x, y = draw(rng, 3, 5), draw(rng, 3, 5)
    close(student.AddGate().forward(x, y), x + y, what="z", mistakes={"this is the product": x * y})


@question("AddGate", points=0.75)
def test_add_gate_distributes_the_upstream_gradient(student, rng):
    """The add gate's backward agrees with automatic differentiation for a random upstream gradient."""
    x, y, upstream = draw(rng, 4, 3), draw(rng, 4, 3), draw(rng, 4, 3)
    _, wanted = reference(torch.add, upstream, x, y)
    gate = student.AddGate()
    gate.forward(x, y)
    got = pair(gate.backward(upstream))
    for part, want, value, name in zip(got, wanted, (x, y), ("dx", "dy"), strict=True):
        close(
            part,
            want,
            what=name,
            mistakes={
                MISSING_UPSTREAM: np.ones_like(upstream),
                SIGN_FLIPPED: -upstream,
                "the gradient is halved: an add gate does not share it out": upstream / 2,
                "the gradient was multiplied by the input": upstream * value,
                SUMMED: np.full_like(upstream, upstream.sum()),
            },
        )


@question("MulGate", points=0.75)
def test_mul_gate_forward_multiplies_entry_by_entry(student, rng):
    """The mul gate's forward returns the product of the entries."""
    x, y = draw(rng, 4, 4), draw(rng, 4, 4)
    close(student.MulGate().forward(x, y), x * y, what="z", mistakes={"this is the matrix product": x @ y})


@question("MulGate", points=1)
def test_mul_gate_backward_matches_autograd(student, rng):
    """The mul gate's backward agrees with automatic differentiation for a random upstream gradient."""
    x, y, upstream = draw(rng, 4, 3), draw(rng, 4, 3), draw(rng, 4, 3)
    _, (want_dx, want_dy) = reference(torch.mul, upstream, x, y)
    gate = student.MulGate()
    gate.forward(x, y)
    dx, dy = pair(gate.backward(upstream))
    close(
        dx,
        want_dx,
        what="dx",
        mistakes={
            MISSING_UPSTREAM: y,
            OTHER_INPUT: want_dy,
            SIGN_FLIPPED: -want_dx,
            NOT_SCALED: upstream,
            SPOILED: upstream * x * y,
        },
    )
    close(
        dy,
        want_dy,
        what="dy",
        mistakes={
            MISSING_UPSTREAM: x,
            OTHER_INPUT: want_dx,
            SIGN_FLIPPED: -want_dy,
            NOT_SCALED: upstream,
            SPOILED: upstream * x * y,
        },
    )


@question("MulGate", points=1)
def test_several_mul_gates_keep_their_own_inputs(student, rng):
    """Three mul gates that are alive at once each answer with the inputs of their own forward."""
    inputs = [(draw(rng, 5), draw(rng, 5)) for _ in range(3)]
    upstream = draw(rng, 5)
    gates = [student.MulGate() for _ in inputs]
    for gate, (x, y) in zip(gates, inputs, strict=True):
        gate.forward(x, y)
    last_x, last_y = inputs[-1]
    for gate, (x, y) in zip(gates, inputs, strict=True):
        dx, dy = pair(gate.backward(upstream))
        close(dx, upstream * y, what="dx", mistakes={OTHER_GATE: upstream * last_y})
        close(dy, upstream * x, what="dy", mistakes={OTHER_GATE: upstream * last_x})


@question("MulGate", points=0.5)
def test_mul_gate_backward_may_be_called_twice(student, rng):
    """A second backward call of the mul gate answers for itself."""
    x, y, upstream, again = (draw(rng, 3) for _ in range(4))
    gate = student.MulGate()
    gate.forward(x, y)
    gate.backward(upstream)
    dx, dy = pair(gate.backward(again))
    close(dx, again * y, what="dx of the second backward", mistakes={ACCUMULATED: (upstream + again) * y})
    close(dy, again * x, what="dy of the second backward", mistakes={ACCUMULATED: (upstream + again) * x})


@question("MulGate", points=0.5)
def test_mul_gate_refers_to_the_latest_forward(student, rng):
    """After another forward the mul gate's backward refers to that one."""
    x, y, new_x, new_y, upstream = (draw(rng, 3) for _ in range(5))
    gate = student.MulGate()
    gate.forward(x, y)
    gate.forward(new_x, new_y)
    dx, dy = pair(gate.backward(upstream))
    close(dx, upstream * new_y, what="dx after another forward", mistakes={FIRST_FORWARD: upstream * y})
    close(dy, upstream * new_x, what="dy after another forward", mistakes={FIRST_FORWARD: upstream * x})


@question("predict_square_dx", points=1)
def test_prediction_agrees_with_automatic_differentiation(student):
    """The predicted gradient of x times x is the one that automatic differentiation finds."""
    predicted = student.predict_square_dx.value()
    if predicted is None:
        not_attempted("predict_square_dx is still None: write down your number")
    _, (want,) = reference(lambda x: x * x, 2.0, 3.0)
    close(
        scalar(predicted, "predict_square_dx"),
        float(want),
        mistakes={
            "this counts only one of the two paths from x (or leaves out the upstream gradient)": 6.0,
            "this is the value that goes forward, times upstream": 18.0,
            "the gradients of the two paths were multiplied": 36.0,
        },
    )


@question("CopyGate", points=0.75)
def test_copy_gate_forward_returns_its_input_twice(student, rng):
    """The copy gate's forward returns a pair, both parts equal to its input."""
    x = draw(rng, 2, 4)
    first, second = pair(student.CopyGate().forward(x))
    close(first, x, what="z_1", mistakes={"the value is shared out between the outputs": x / 2})
    close(second, x, what="z_2", mistakes={"the value is shared out between the outputs": x / 2})


@question("CopyGate", points=0.75)
def test_copy_gate_backward_collects_both_paths(student, rng):
    """The copy gate's backward agrees with automatic differentiation."""
    x, upstream_1, upstream_2 = draw(rng, 3, 4), draw(rng, 3, 4), draw(rng, 3, 4)
    _, (want,) = reference(lambda value: torch.stack([value, value]), np.stack([upstream_1, upstream_2]), x)
    gate = student.CopyGate()
    gate.forward(x)
    close(
        gate.backward(upstream_1, upstream_2),
        want,
        what="dx",
        mistakes={
            ONE_PATH + ", the first": upstream_1,
            ONE_PATH + ", the second": upstream_2,
            "this is the mean of the two paths": want / 2,
            "this is the product of the two paths": upstream_1 * upstream_2,
            "this is the difference of the two paths": upstream_1 - upstream_2,
            "the gradient was multiplied by the input": want * x,
        },
    )


@question("MaxGate", points=0.75)
def test_max_gate_forward_takes_the_larger_entry(student, rng):
    """The max gate's forward returns the larger of the two in each entry."""
    x, y = draw_apart(rng, 4, 5)
    want = np.where(x > y, x, y)
    close(
        student.MaxGate().forward(x, y), want, what="z", mistakes={"this is the minimum": np.where(x > y, y, x)}
    )


@question("MaxGate", points=2)
def test_max_gate_routes_each_entry_to_its_winner(student, rng):
    """The max gate's backward agrees with automatic differentiation where either input wins some entries."""
    x, y = draw_apart(rng, 4, 5)
    upstream = draw(rng, 4, 5)
    _, (want_dx, want_dy) = reference(torch.maximum, upstream, x, y)
    gate = student.MaxGate()
    gate.forward(x, y)
    dx, dy = pair(gate.backward(upstream))
    whole = BOTH_INPUTS if np.array_equal(array(dx), array(dy)) else ONE_WINNER
    for part, want, other, winner, value, name in (
        (dx, want_dx, want_dy, x > y, x, "dx"),
        (dy, want_dy, want_dx, y > x, y, "dy"),
    ):
        close(
            part,
            want,
            what=name,
            mistakes={
                SMALLER_INPUT: other,
                whole: upstream,
                MISSING_UPSTREAM: winner.astype(float),
                "the gradient was multiplied by the input": want * value,
                "the gradient was shared out evenly": upstream / 2,
            },
        )


@question("MaxGate", points=1)
def test_max_gates_remember_their_own_latest_inputs(student, rng):
    """Two max gates alive at once do not disturb each other, and a gate can be run again."""
    x, y = draw_apart(rng, 6)
    upstream, again = draw(rng, 6), draw(rng, 6)
    gate, opposite = student.MaxGate(), student.MaxGate()
    gate.forward(x, y)
    half = np.arange(6) < 3  # the other gate has other winners in three entries, and the same in three
    opposite.forward(np.where(half, y, x), np.where(half, x, y))
    for given, time in ((upstream, "first"), (again, "second")):
        dx, dy = pair(gate.backward(given))
        close(dx, given * (x > y), what=f"dx of the {time} backward", mistakes={OTHER_GATE: given * (half != (x > y))})
        close(dy, given * (y > x), what=f"dy of the {time} backward", mistakes={OTHER_GATE: given * (half != (y > x))})
    gate.forward(y, x)
    dx, dy = pair(gate.backward(upstream))
    close(dx, upstream * (y > x), what="dx after another forward", mistakes={FIRST_FORWARD: upstream * (x > y)})
    close(dy, upstream * (x > y), what="dy after another forward", mistakes={FIRST_FORWARD: upstream * (y > x)})


def random_point(rng):
    """Return x, y, z, w as floats, with z and w apart."""
    z, w = draw_apart(rng, 2)
    x, y = draw(rng, 2)
    return float(x), float(y), float(z[0]), float(w[0])


def circuit(x, y, z, w):
    """Return f of the exercise for torch scalars."""
    return 2 * (x * y + torch.maximum(z, w))


@question("circuit_gradients", points=1)
def test_circuit_gradients_of_the_product(student, rng):
    """The gradients of the circuit with respect to x and y agree with automatic differentiation."""
    for _ in range(4):
        point = random_point(rng)
        x, y = point[:2]
        _, (want_dx, want_dy, _, _) = reference(circuit, 1.0, *point)
        dx, dy, _, _ = pair(student.circuit_gradients(*point), n=4)
        total = x * y + max(point[2:])
        known = {LOST: y, OTHER_INPUT: 2 * x, SIGN_FLIPPED: -2 * y, STARTED: 4 * y * total, ONE_OBJECT: 2 * total}
        close(dx, float(want_dx), what="dx", mistakes=known)
        known = {LOST: x, OTHER_INPUT: 2 * y, SIGN_FLIPPED: -2 * x, STARTED: 4 * x * total}
        close(dy, float(want_dy), what="dy", mistakes=known)


@question("circuit_gradients", points=1)
def test_circuit_gradients_of_the_maximum(student, rng):
    """The gradients of the circuit with respect to z and w are right whichever of the two is larger."""
    x, y, z, w = random_point(rng)
    for point in ((x, y, z, w), (x, y, w, z)):
        _, (_, _, want_dz, want_dw) = reference(circuit, 1.0, *point)
        _, _, dz, dw = pair(student.circuit_gradients(*point), n=4)
        for part, want, name in ((dz, want_dz, "dz"), (dw, want_dw, "dw")):
            close(
                part,
                float(want),
                what=name,
                mistakes={
                    LOST: float(want) / 2,
                    STARTED: 4 * float(want > 0) * (point[0] * point[1] + max(point[2:])),
                    (MISSED if want else STRAY): 2.0 - float(want),
                },
            )


@question("circuit_gradients", points=1)
def test_circuit_gradients_keep_nothing_between_calls(student, rng):
    """The circuit's gradients at one point do not depend on the points asked before."""
    point, other = random_point(rng), random_point(rng)
    before = pair(student.circuit_gradients(*point), n=4)
    student.circuit_gradients(*other)
    after = pair(student.circuit_gradients(*point), n=4)
    _, wanted = reference(circuit, 1.0, *point)
    for first, second, want, name in zip(before, after, wanted, ("dx", "dy", "dz", "dw"), strict=True):
        close(first, float(want), what=name)
        close(second, float(want), what=f"{name}, asked again")
