"""Hidden checks of the autograd exercise: graphs of Values, torch.autograd in double precision as the reference."""

import operator

import numpy as np
import pytest
import torch

from grader.suite import Mismatch, Step, close, not_attempted, question, scalar
from grader.suite.calls import statements
from grader.suite.exceptions import StudentFailure

OPERATIONS = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "**": operator.pow, "neg": operator.neg,
    ".relu": torch.relu, ".exp": torch.exp, ".log": torch.log, ".tanh": torch.tanh, ".sigmoid": torch.sigmoid,
}
BINARY = {"__add__": "+", "__sub__": "-", "__mul__": "*", "__truediv__": "/"}
UNARY = ("__pow__", "relu", "exp", "log", "tanh", "sigmoid")
X, Y = Step(0), Step(1)
AT = 1.3  # the number of X, where several uses of it are compared
LOCAL_ONLY = "the upstream gradient is missing: this is only the local derivative"
OVERWRITTEN = [f"only the {which} of the two uses of the Value was counted: overwritten, not added up" for which in ("first", "second")]
WHOLE, NEGATIVE, FRACTIONS = (3, 2), (-1, -2), (0.5, 2.5, -1.5)
# What an operation is often built from: a gradient that one of these loses is charged to it alone.
PARTS = {"__sub__": {"__add__", "__mul__"}, "__truediv__": {"__mul__", "__pow__"}, "tanh": {"__add__", "__mul__", "exp"},
         "sigmoid": {"__add__", "__mul__", "__pow__", "__truediv__", "exp", "tanh"}}


def leaves(program):
    """Return the numbers of the steps that are Values of their own."""
    return [n for n, step in enumerate(program) if step[0] == "Value"]


def evaluate(program):
    """Return the result of every step, with torch numbers as the leaves."""
    results = []
    for operation, *operands in program:
        if operation == "Value":
            results.append(torch.tensor(operands[0], dtype=torch.float64, requires_grad=True))
        else:
            results.append(OPERATIONS[operation](*(results[o.number] if isinstance(o, Step) else o for o in operands)))
    return results


def reference(program, result=-1):
    """Return the number that a program's result must hold, and leaf number -> its gradient."""
    results, numbers = evaluate(program), leaves(program)
    gradients = torch.autograd.grad(results[result], [results[n] for n in numbers], allow_unused=True)
    return results[result].item(), {n: 0.0 if g is None else g.item() for n, g in zip(numbers, gradients, strict=True)}


def check_data(student, program, mistakes=None):
    """Compare the result of a program, without a backward pass; return its handles."""
    handles = student.steps(program)
    close(handles[-1].data.value(), reference(program)[0], what="data of the result", mistakes=mistakes)
    return handles


def check_leaves(handles, gradients, mistakes=None, factor=1.0):
    """Compare the gradient of each leaf; `mistakes` maps a sentence to {leaf number: wrong value}."""
    for number, want in gradients.items():
        close(handles[number].grad.value(), factor * want, what=f"grad of leaf {number}",
              mistakes={text: wrong[number] for text, wrong in (mistakes or {}).items() if number in wrong})


def check_gradients(student, program, mistakes=None):
    """Call backward once and compare the gradients of the leaves; return the handles."""
    handles = student.steps(program)
    handles[-1].backward()
    check_leaves(handles, reference(program)[1], mistakes)
    return handles


def check_both(student, program, gradient_mistakes=None):
    """Compare the result and the gradients of a program; return its handles."""
    check_data(student, program)
    return check_gradients(student, program, gradient_mistakes)


def is_right(student, *programs, check=check_both):
    """Tell whether the notebook gets these programs right; one that cannot run is not right."""
    try:
        for program in programs:
            check(student, program)
    except (Mismatch, StudentFailure):
        return False
    return True


def number(rng, signed=True):
    """Return a number with three digits, away from 0 and 1, of either sign if `signed`."""
    size = rng.uniform(0.6, 0.9) if rng.random() < 0.3 else rng.uniform(1.2, 2.4)
    return round(float(size * (rng.choice([-1.0, 1.0]) if signed else 1.0)), 3)


def forms(rng, name):
    """Return the steps by which an operation can be asked for: on X, and on Y or a plain number; the main one first."""
    if name in BINARY:
        sign, plain = BINARY[name], number(rng)
        return [(sign, X, Y), (sign, X, plain), (sign, plain, X), *([("neg", X)] if name == "__sub__" else [])]
    return [("**", X, n) for n in (*WHOLE, *NEGATIVE, *FRACTIONS)] if name == "__pow__" else [(f".{name}", X)]


def alone(form, x, y=0.0):
    """Return the program of one step on Values of its own."""
    return [("Value", x), *([("Value", y)] if Y in form else []), form]


class Known:
    """What a notebook gets right; it is asked once, when that is first needed."""

    def __init__(self, student, rng):
        self.student, self.rng, self.answers = student, rng, {}

    def forms(self, name):
        """Return the forms of an operation whose result and gradients are right on Values of their own."""
        if name not in self.answers:
            y = number(self.rng)
            self.answers[name] = [form for form in forms(self.rng, name) if is_right(self.student, alone(form, AT, y), *self.below_zero(form, y))]
        return self.answers[name]

    def below_zero(self, form, y):
        """Return the program of a step on negative numbers, if it is defined there."""
        return [] if form == (".log", X) or form[0] == "**" and form[2] in FRACTIONS else [alone(form, -AT, -y)]

    def meets(self, name, demand):
        """Tell whether an operation that is right by itself meets a demand on it inside a larger graph."""
        if (name, demand) not in self.answers:
            try:
                demand(self, self.rng, name)
                self.answers[name, demand] = bool(self.forms(name))
            except (Mismatch, StudentFailure):
                self.answers[name, demand] = False
        return self.answers[name, demand]

    def is_charged(self, name, demand):
        """Tell whether an operation does not meet a demand, and it is not `backward` that meets it for none of them."""
        others = [other for other in (*BINARY, *UNARY) if other != name and self.forms(other)]
        others = [other for other in others if demand in demands(other)]
        if self.meets(name, demand) or (others and not any(self.meets(other, demand) for other in others)):
            return False
        return all(self.meets(part, other) for part in PARTS.get(name, ()) if self.forms(part) for other in demands(part))

    def is_complete(self, name):
        """Tell whether everything about an operation is right."""
        return len(self.forms(name)) == len(forms(self.rng, name)) and all(self.meets(name, demand) for demand in demands(name))

    def between(self):
        """Return the names of the operations that are right between two Values, by themselves."""
        return [name for name in ("__add__", "__mul__", "__sub__", "__truediv__") if any(Y in form for form in self.forms(name))]

    def link(self):
        """Return the sign of an operation between two Values of which everything is right, or as much as possible."""
        return BINARY[next(iter([*filter(self.is_complete, self.between()), *self.between(), "__add__"]))]


@pytest.fixture(scope="module")
def known(student, session_seed):
    """What this notebook gets right."""
    return Known(student, np.random.default_rng(session_seed))


def join(student, uses, outer=None, mistakes=()):
    """Use X in several steps below one that combines them, and compare the gradient of X.

    The right one follows from what each step gives by itself, so that a wrong derivative is charged elsewhere.

    Args:
        uses: (step, y) for each step on X and Y; with y = AT, X takes the place of Y as well.
        outer: steps -> the step that combines them; None if there is only one, which is the result.
        mistakes: for each use, the sentence that fits if its contribution alone has arrived.
    """
    program, owns, values = [("Value", AT)], [], {}
    for form, y in uses:
        handles = student.steps(alone(form, AT, y))
        data = scalar(handles[-1].data.value(), "data of the result")
        handles[-1].backward()
        owns.append(sum(scalar(handles[n].grad.value(), "grad") for n in (leaves(alone(form, AT, y)) if y == AT else [0])))
        if owns[-1] == 0:
            check_gradients(student, alone(form, AT, y))
        if Y in form and y != AT:
            program.append(("Value", y))
        second = X if y == AT else Step(len(program) - 1)
        program.append(tuple(second if isinstance(part, Step) and part == Y else part for part in form))
        values[len(program) - 1] = torch.tensor(data, dtype=torch.float64, requires_grad=True)
    slopes = [1.0]
    if outer:
        program.append(outer(*map(Step, values)))
        operation, *operands = program[-1]
        top = OPERATIONS[operation](*(values[o.number] if isinstance(o, Step) else o for o in operands))
        slopes = [slope.item() for slope in torch.autograd.grad(top, list(values.values()))]
    shares = [slope * own for slope, own in zip(slopes, owns, strict=True)]
    handles = student.steps(program)
    handles[-1].backward()
    wrong = dict(zip(mistakes, owns if len(uses) == 1 else shares, strict=False))
    close(handles[0].grad.value(), sum(shares), what="grad of leaf 0", mistakes=wrong)


def hands_upstream_on(known, rng, name):
    """Fail unless every form of an operation multiplies by the gradient that a step of another kind hands it."""
    factor, plain = number(rng, signed=False), number(rng)
    outers = {"__mul__": ("*", factor), "__truediv__": ("/", factor), "exp": (".exp",), "tanh": (".tanh",), "sigmoid": (".sigmoid",)}
    right = [outers[other] for other in outers if other != name and any(form[1] == X and Y not in form for form in known.forms(other))]
    operation, *operands = (*right, (BINARY[name], factor) if name in BINARY else forms(rng, name)[0][::2])[0]
    for form in known.forms(name) or forms(rng, name)[:1]:
        join(known.student, [(form, plain)], lambda step: (operation, step, *operands), [LOCAL_ONLY])


def adds_to_the_gradient(known, rng, name):
    """Fail unless every form of an operation, used twice on one Value, adds to the gradient that is there."""
    link, values = BINARY[next(iter(known.between()), "__add__")], (number(rng), number(rng))
    for form in known.forms(name) or forms(rng, name)[:1]:
        for place in {form, (form[0], Y, X)} if Y in form else {form}:
            join(known.student, [(place, y) for y in values], lambda *steps: (link, *steps), OVERWRITTEN)


def counts_both_places(known, rng, name):
    """Fail unless a Value that is both operands of a binary operation gets the gradients of both places."""
    join(known.student, [((BINARY[name], X, Y), AT)])


def demands(name):
    """Return the demands on an operation inside a larger graph."""
    return (hands_upstream_on, adds_to_the_gradient, *([counts_both_places] if name in BINARY else []))


def each(points, *names, **others):
    """Parametrize a test over operations, with the points that it gives to the question of each."""
    cases = {**dict.fromkeys(names, points), **others}
    return pytest.mark.parametrize("name", [pytest.param(name, marks=question(f"Value.{name}", worth)) for name, worth in cases.items()])


def grow(rng, names, size, reuse):
    """Return a random program over these operations whose values stay between 0.2 and 8 in size (or 0, after relu).

    Args:
        reuse: whether a step may be used more than once; if not, the program is a tree.
    """
    program = [("Value", number(rng)) for _ in range(4)]
    values, used = [step[1] for step in program], set()
    for _ in range(40 * size):
        if len(program) >= size or not names:
            break
        usable = [n for n, value in enumerate(values) if abs(value) >= 0.2 and (reuse or n not in used)]
        if len(usable) < 2:
            program.append(("Value", number(rng)))
            values.append(program[-1][1])
            continue
        first, second = (int(n) for n in rng.choice(usable, size=2, replace=False))
        name, positive = str(rng.choice(names)), values[first] > 0
        if name in BINARY:
            choices = forms(rng, name)
            form = choices[min(rng.choice(4, p=[0.6, 0.15, 0.15, 0.1]), len(choices) - 1)]
        elif name == "__pow__":
            form = ("**", X, [*WHOLE, -1, *((0.5, -1.5) if positive else ())][rng.integers(3 + 2 * positive)])
        elif name == "log" and not positive:
            continue
        else:
            form = (f".{name}", X)
        places = {X: Step(first), Y: Step(second)}
        step = tuple(places[part] if isinstance(part, Step) else part for part in form)
        value = evaluate([*program, step])[-1].item()
        if 0.2 <= abs(value) <= 8 or (value == 0 and name == "relu"):
            program.append(step)
            values.append(value)
            used.update(o.number for o in step if isinstance(o, Step))
    return program


def join_ends(program, link):
    """Return the program with everything that nothing uses yet linked into one result."""
    used = {o.number for _, *operands in program for o in operands if isinstance(o, Step)}
    first, *ends = [n for n in range(len(program)) if n not in used]
    program = list(program)
    for end in ends:
        program.append((link, Step(first), Step(end)))
        first = len(program) - 1
    return program


def needed(program, last):
    """Return the part of a program that step `last` depends on, renumbered."""
    keep = {last}
    for n in range(last, -1, -1):
        keep |= {o.number for o in program[n] if isinstance(o, Step)} if n in keep else set()
    place = {n: Step(new) for new, n in enumerate(sorted(keep))}
    return [tuple(place[o.number] if isinstance(o, Step) else o for o in program[n]) for n in sorted(keep)]


def smallest(student, program):
    """Return the smallest program that is still wrong: parts of a wrong one, with steps replaced by their values or operands."""
    smaller = True
    while smaller:
        values = [result.item() for result in evaluate(program)]
        tries = [needed(program, n) for n in range(len(program) - 1) if program[n][0] != "Value"]
        for n, step in enumerate(program):
            if step[0] != "Value":
                tries.append(needed([*program[:n], ("Value", round(values[n], 3)), *program[n + 1 :]], len(program) - 1))
                for operand in (o for o in step if isinstance(o, Step)):
                    swapped = [tuple(operand if o == Step(n) and isinstance(o, Step) else o for o in later) for later in program[n + 1 :]]
                    tries.append(needed([*program[: n + 1], *swapped], len(program) - 1))
        tries = sorted((t for t in tries if len(t) < len(program) and is_defined(t)), key=len)
        smaller = next((t for t in tries if not is_right(student, t, check=check_gradients)), None)
        program = smaller or program
    return program


def is_defined(program):
    """Tell whether the value and all gradients of a program are finite and its leaves away from kinks."""
    try:
        value, gradients = reference(program)
    except (RuntimeError, ZeroDivisionError, OverflowError):
        return False
    return bool(np.isfinite([value, *gradients.values()]).all()) and all(abs(step[1]) > 0.05 for step in program if step[0] == "Value")


def check_graph(student, program):
    """Compare the gradients of a graph; if they are wrong, tell of the smallest graph of which they still are."""
    if is_right(student, program, check=check_gradients):
        return
    program = smallest(student, program)
    try:
        check_gradients(student, program)
    except Mismatch as wrong:
        raise Mismatch(f"{wrong}\nThis is the smallest graph that is still wrong, ready to paste:\n{statements(program)}.backward()", wrong.diagnosis) from None


def uneven(values, link):
    """Return programs in which a node gets its gradient over paths of different lengths, in every order."""
    start = [*(("Value", value) for value in values), (link, X, Y), (link, Step(3), Step(2))]
    return [[*start, (link, Step(4), Step(3)), (link, Step(5), Step(4))], [*start, (link, Step(3), Step(4)), (link, Step(4), Step(5))]]


def chain(known, x):
    """Return a program of 10 000 operations in a row."""
    link = known.link()
    plain = any(form[:2] == (link, X) and Y not in form for name in BINARY for form in known.forms(name))
    return [("Value", x), *((link, Step(n), 1.0001 if plain else X) for n in range(10_000))]


GRADIENTS = {
    "__sub__": lambda a, b: {"the operand that is subtracted got the sign of the other one": {1: 1.0}},
    "__mul__": lambda a, b: {"each factor was multiplied by itself, not by the other one": {0: a, 1: b},
                             "the product itself was taken for the local derivative": {0: a * b, 1: a * b},
                             "this is the local derivative of a sum": {0: 1.0, 1: 1.0}},
    "__truediv__": lambda a, b: {"the sign of the denominator's gradient is flipped": {1: a / b**2}, "the square of the denominator is missing": {1: -a / b},
                                 "the numerator is missing in the denominator's gradient": {1: -1 / b**2}},
}


@each(0.25, *BINARY)
def test_result_between_two_values(student, rng, name):
    """Between two Values the result holds the right number."""
    for _ in range(2):
        check_data(student, alone(forms(rng, name)[0], number(rng), number(rng)))


@each(0.25, *BINARY)
def test_gradients_between_two_values(student, rng, name):
    """Between two Values both operands get the gradient that automatic differentiation gives."""
    a, b = number(rng), number(rng)
    check_gradients(student, alone(forms(rng, name)[0], a, b), GRADIENTS.get(name, lambda a, b: {})(a, b))


@each(0.25, "__add__", "__mul__", "__truediv__", __sub__=0.125)
def test_plain_number_on_the_right(student, rng, name):
    """With a plain number on the right, the result and the gradient of the Value are right."""
    check_both(student, alone(forms(rng, name)[1], number(rng)))


@each(0.25, *BINARY)
def test_plain_number_on_the_left(student, rng, name):
    """With a plain number on the left, the result and the gradient of the Value are right."""
    a, form = number(rng), forms(rng, name)[2]
    sign, c, _ = form
    if sign in "-/":
        check_data(student, alone(form, a), {f"number {sign} Value and Value {sign} number were taken for the same": a - c if sign == "-" else a / c})
    check_both(student, alone(form, a))


@question("Value.__sub__", points=0.125)
def test_unary_minus(student, rng):
    """Unary minus gives the opposite, and the gradient of the Value is right."""
    program = alone(("neg", X), number(rng))
    check_data(student, program)
    check_gradients(student, program, {"the minus sign is in the number, but not in its gradient": {0: 1.0}})


@question("Value.__pow__", points=0.25)
def test_pow_gives_the_power(student, rng):
    """`**` takes positive whole exponents."""
    for n in WHOLE:
        check_data(student, alone(("**", X, n), number(rng)))


def pow_mistakes(x, n):
    """Return the derivatives of a power that known mistakes give."""
    return {"the power was not lowered by one": {0: n * x**n}, "the exponent is missing as a factor": {0: x ** (n - 1)},
            "the factor is the lowered exponent, not the exponent": {0: (n - 1) * x ** (n - 1)}}


@question("Value.__pow__", points=0.25)
def test_pow_hands_its_gradient_on(student, rng):
    """A power with a positive whole exponent gives the gradient that automatic differentiation gives."""
    for n in WHOLE:
        x = number(rng)
        check_gradients(student, alone(("**", X, n), x), pow_mistakes(x, n))


@question("Value.__pow__", points=0.25)
def test_pow_with_a_negative_exponent(student, rng):
    """Negative whole exponents give the right result and the right gradient."""
    for n in NEGATIVE:
        x = number(rng)
        check_both(student, alone(("**", X, n), x), pow_mistakes(x, n))


@question("Value.__pow__", points=0.25)
def test_pow_with_a_fraction(student, rng):
    """Exponents that are no whole numbers give the right result and the right gradient."""
    for n in FRACTIONS:
        x = number(rng, signed=False)
        check_both(student, alone(("**", X, n), x), pow_mistakes(x, n))


@question("Value.relu", points=0.125)
def test_relu_gives_the_value(student, rng):
    """`relu` gives the value on both sides of 0, near and far."""
    for x in (number(rng, signed=False), -number(rng, signed=False), 0.05, -0.05, 1000.0, -1000.0):
        check_data(student, alone((".relu", X), x))


@question("Value.relu", points=0.25)
def test_relu_hands_its_gradient_on(student, rng):
    """`relu` gives the gradient on both sides of 0, near and far."""
    for x in (number(rng, signed=False), -number(rng, signed=False), 0.05, -0.05, 1000.0, -1000.0):
        check_gradients(student, alone((".relu", X), x), {
            "the gradient went through where the input is negative" if x < 0 else "no gradient arrived, although the input of relu is positive": {0: float(x < 0)},
            "the gradient is multiplied by the value": {0: x}})


@question("Value.relu", points=0.25)
def test_relu_at_the_kink(student):
    """At exactly 0 both `relu` and its derivative are 0."""
    check_both(student, alone((".relu", X), 0.0), gradient_mistakes={"an input of exactly 0 was let through": {0: 1.0}})


@each(0.25, "exp", "log", "tanh", "sigmoid")
def test_function_gives_the_value(student, rng, name):
    """The method gives the right number."""
    for x in inputs(rng, name):
        out = reference(alone((f".{name}", X), x))[0]
        check_data(student, alone((f".{name}", X), x), {"this is the logarithm to base 10": out / 2.302585092994046,
                                                        "this is the logarithm to base 2": out / 0.6931471805599453} if name == "log" else {})


def inputs(rng, name):
    """Return inputs at which a function is neither flat nor steep."""
    return (number(rng, signed=False), 0.2, 40.0) if name == "log" else (number(rng, signed=False), -number(rng, signed=False))


def slope_mistakes(name, x):
    """Return the derivatives that known mistakes give."""
    out = reference(alone((f".{name}", X), x))[0]
    at_output = 1 / (1 + np.exp(-out))
    return {
        "exp": {"the derivative of a power was taken": {0: x * np.exp(x - 1)}},
        "log": {"the output was taken for the input": {0: 1 / out}, "the local derivative is the wrong way up": {0: x}},
        "tanh": {"the input was taken for the output": {0: 1 - x**2}, "the square is missing": {0: 1 - out}, "this is the derivative of the sigmoid": {0: out * (1 - out)}},
        "sigmoid": {"the input was taken for the output": {0: x * (1 - x)}, "the factor one minus the sigmoid is missing": {0: out},
                    "this is the derivative of tanh": {0: 1 - out**2}, "the derivative was evaluated at the output instead of the input": {0: at_output * (1 - at_output)}},
    }[name]


@each(0.25, "exp", "log", "tanh", "sigmoid")
def test_function_hands_its_gradient_on(student, rng, name):
    """The method gives the gradient that automatic differentiation gives."""
    for x in inputs(rng, name):
        check_gradients(student, alone((f".{name}", X), x), slope_mistakes(name, x))


@each(0.125, "exp", "tanh", sigmoid=0.5)
def test_function_far_out(student, name):
    """Far from 0, at 1000 and -1000 where the true value is finite, the value and the gradient are finite and right."""
    for x in (-1000.0,) if name == "exp" else (1000.0, -1000.0):
        check_both(student, alone((f".{name}", X), x))


@each(0.25, *BINARY, *UNARY)
def test_operation_uses_the_upstream_gradient(known, rng, name):
    """Inside a larger expression the operation multiplies by the gradient that it was given."""
    if known.is_charged(name, hands_upstream_on):
        hands_upstream_on(known, rng, name)


@each(0.25, *BINARY, "__pow__", "log", "sigmoid", relu=0.125, exp=0.125, tanh=0.125)
def test_operation_adds_to_the_gradient(known, rng, name):
    """The operation adds to the gradient that its input has already, and does not overwrite it."""
    for demand in (adds_to_the_gradient, counts_both_places) if name in BINARY else (adds_to_the_gradient,):
        if known.is_charged(name, demand):
            demand(known, rng, name)


@question("predict_second_backward", points=1)
def test_predict_second_backward(student):
    """The prediction for the gradient after two backward calls is right."""
    guess = student.predict_second_backward.value()
    if guess is None:
        not_attempted("Set predict_second_backward to the number that you expect.")
    assert abs(scalar(guess, "predict_second_backward") - 14.0) < 1e-9, (
        "Not this number. Run both calls, read a.grad after each, and find out which part of it came from which call.")


@question("Value.backward", points=0.25)
def test_the_first_backward_begins_at_zero(student, rng, known):
    """Before any backward call the gradient of a Value is 0."""
    program = alone((known.link(), X, Y), number(rng), number(rng))
    close(student.steps(program)[0].grad.value(), 0.0, what="grad before any backward")
    check_gradients(student, program)


@question("Value.backward", points=0.5)
def test_backward_counts_both_uses_by_one_operation(student, rng, known):
    """A Value that one operation uses twice gets the sum of both contributions."""
    link, a = known.link(), number(rng)
    once = {"+": {0: 1.0}, "*": {0: a}}.get(link, {})
    check_gradients(student, [("Value", a), (link, X, X)], {"only one of the two uses of the Value was counted: overwritten, not added up": once})


@question("Value.backward", points=0.75)
def test_backward_adds_up_what_a_shared_node_gets(student, rng, known):
    """A Value used by several operations gets the sum of all contributions."""
    link, start = known.link(), [("Value", number(rng)) for _ in range(3)]
    program = [*start, (link, Step(0), Step(1)), (link, Step(0), Step(2)), (link, Step(3), Step(4))]
    once = {"only one of the two uses of the Value was counted: overwritten, not added up": {0: 1.0}} if link == "+" else {}
    check_gradients(student, program, once)
    check_graph(student, [*program, (link, Step(1), Step(5)), (link, Step(6), Step(0))])


@question("Value.backward", points=1)
def test_backward_waits_for_every_user_of_a_node(student, rng, known):
    """Diamonds in every order: a node hands its gradient on once, when all of it has arrived."""
    link = known.link()
    early = {"a node handed on part of its gradient twice: it passed it on before all of it had arrived": {0: 5.0, 1: 5.0}} if link == "+" else {}
    for program in uneven([number(rng) for _ in range(3)], link):
        check_gradients(student, program, early)


@question("Value.backward", points=0.75)
def test_backward_accumulates_over_calls(student, rng, known):
    """Each further call adds the same gradients once more; calls on results that share nodes add up too."""
    link = known.link()
    program = [*(("Value", number(rng)) for _ in range(4)), (link, Step(0), Step(1)), (link, Step(4), Step(2)), (link, Step(5), Step(3))]
    handles = check_gradients(student, program)
    gradients = dict(sorted(reference(program)[1].items(), key=lambda item: item[0] != 1))  # leaf 1 tells the mistakes apart
    mistakes = {"the gradients of the earlier call were thrown away": gradients}
    if link == "+":
        mistakes["what the first call left in the nodes between was sent down once more"] = {1: 4.0}
        mistakes["the second call started from more than 1 at the result"] = {1: 3.0}
    handles[-1].backward()
    check_leaves(handles, gradients, mistakes, factor=2)
    handles[-1].backward()
    check_leaves(handles, gradients, factor=3)
    handles = student.steps(program)
    handles[4].backward()
    handles[-1].backward()
    inner = reference(program, 4)[1]
    check_leaves(handles, {n: gradients[n] + inner[n] for n in gradients}, {"the gradients of the earlier call were thrown away": gradients})


@question("Value.backward", points=0.75)
def test_backward_on_random_graphs(student, rng, known):
    """Random expressions of all the operations that you have right agree with automatic differentiation."""
    link = known.link()
    right = [name for name in (*BINARY, *UNARY) if known.is_complete(name)]
    if not set(right) - {"__add__", "__sub__"}:  # nothing that would show whether backward multiplies
        check_gradients(student, alone(("*", X, Y), number(rng), number(rng)))
    twins = [("Value", 1.25), ("Value", 2.5), ("Value", 1.25), ("Value", 2.5), (link, Step(0), Step(1)), (link, Step(2), Step(3)), (link, Step(4), Step(5))]
    check_graph(student, twins)  # two nodes that hold the same number
    reuse = is_right(student, *uneven((1.5, 2.25, 0.75), link), check=check_gradients)
    for size in (10, 16, 24, 32):
        check_graph(student, join_ends(grow(rng, right, size, reuse), link))


@question("Value.backward", points=0.5)
def test_backward_through_a_long_chain(student, rng, known):
    """A chain of 10 000 operations does not hit the recursion limit."""
    check_gradients(student, chain(known, number(rng)))


@question("Value.zero_grad", points=0.5)
def test_zero_grad_clears_every_leaf(student, rng, known):
    """After `zero_grad` on the result every leaf below it has gradient 0, near and far."""
    link = known.link()
    program = [*(("Value", number(rng)) for _ in range(4)), (link, Step(0), Step(1)), (link, Step(4), Step(2)), (link, Step(3), Step(5))]
    handles = student.steps(program)
    handles[-1].backward()
    assert any(scalar(handles[n].grad.value()) != 0 for n in range(4)), "backward left every gradient at 0, so there is nothing to clear"
    handles[-1].zero_grad()
    for n in range(4):
        close(handles[n].grad.value(), 0.0, what=f"grad of leaf {n} after zero_grad")


@question("Value.zero_grad", points=0.25)
def test_zero_grad_makes_the_next_backward_a_first_one(student, rng, known):
    """`backward` after `zero_grad` gives the gradients of a single call."""
    link = known.link()
    program = [*(("Value", number(rng)) for _ in range(3)), (link, Step(0), Step(1)), (link, Step(2), Step(3))]
    handles = check_gradients(student, program)
    gradients = reference(program)[1]
    handles[-1].zero_grad()
    handles[-1].backward()
    check_leaves(handles, gradients, {"the gradients of the call before zero_grad are still in it": {n: 2 * g for n, g in gradients.items()}})


@question("Value.zero_grad", points=0.25)
def test_zero_grad_leaves_the_numbers_alone(student, rng, known):
    """`zero_grad` clears gradients, and the data stays as it is."""
    program = alone((known.link(), X, Y), number(rng), number(rng))
    handles = check_gradients(student, program)
    before = [scalar(handle.data.value(), "data") for handle in handles]
    handles[-1].zero_grad()
    close(handles[-1].grad.value(), 0.0, what="grad of the result after zero_grad")
    for handle, want in zip(handles, before, strict=True):
        close(handle.data.value(), want, what="data of a Value below the result, or of the result")


@question("Value.zero_grad", points=0.5)
def test_zero_grad_through_a_long_chain(student, rng, known):
    """A chain of 10 000 operations does not hit the recursion limit of `zero_grad`."""
    handles = student.steps(chain(known, number(rng)))
    handles[2].backward()
    assert scalar(handles[0].grad.value()) != 0, "backward left the gradient of the leaf at 0, so there is nothing to clear"
    handles[-1].zero_grad()
    close(handles[0].grad.value(), 0.0, what="grad of the leaf after zero_grad")
