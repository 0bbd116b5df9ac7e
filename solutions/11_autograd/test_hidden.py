"""Hidden checks of the autograd exercise: random graphs, torch.autograd in double precision as the reference."""

import operator

import torch

from grader.suite import Mismatch, Step, close, not_attempted, question, scalar
from grader.suite.exceptions import Crashed, NotAttempted

OPERATIONS = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "**": operator.pow, "neg": operator.neg,
    ".relu": torch.relu, ".exp": torch.exp, ".log": torch.log, ".tanh": torch.tanh, ".sigmoid": torch.sigmoid,
}
BINARY = {"__add__": "+", "__sub__": "-", "__mul__": "*", "__truediv__": "/"}
UNARY = ("relu", "exp", "log", "tanh", "sigmoid")


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
    results = evaluate(program)
    leaves = {n: results[n] for n, step in enumerate(program) if step[0] == "Value"}
    gradients = torch.autograd.grad(results[result], list(leaves.values()), allow_unused=True)
    return results[result].item(), {n: 0.0 if g is None else g.item() for n, g in zip(leaves, gradients, strict=True)}


def check_leaves(handles, gradients, mistakes=None, factor=1.0):
    """Compare the gradient of each leaf; `mistakes` maps a sentence to {leaf number: wrong value}."""
    for number, want in gradients.items():
        close(handles[number].grad.value(), factor * want, what=f"grad of leaf {number}",
              mistakes={text: wrong[number] for text, wrong in (mistakes or {}).items() if number in wrong})


def judge(student, program, mistakes=None, data_mistakes=None):
    """Run a program, compare its result, call backward once, and compare the gradients of the leaves."""
    data, gradients = reference(program)
    handles = student.steps(program)
    close(handles[-1].data.value(), data, what="data of the result", mistakes=data_mistakes)
    handles[-1].backward()
    check_leaves(handles, gradients, mistakes)
    return handles


def check_data(student, programs, mistakes=None):
    """Compare the results of programs, without a backward pass."""
    for program in programs:
        close(student.steps(program)[-1].data.value(), reference(program)[0], what="data of the result", mistakes=mistakes)


def number(rng, low=0.6, high=2.4, signed=True):
    """Return a random number away from 0, of either sign if `signed`."""
    return float(rng.uniform(low, high) * (rng.choice([-1.0, 1.0]) if signed else 1.0))


def single(rng, name):
    """Return programs of one node each: the operation between Values, and with a number on either side."""
    a, b, c = number(rng), number(rng), number(rng)
    if name in BINARY:
        sign = BINARY[name]
        programs = [[("Value", a), ("Value", b), (sign, Step(0), Step(1))], [("Value", a), (sign, Step(0), c)], [("Value", b), (sign, c, Step(0))]]
        return [*programs, [("Value", a), ("neg", Step(0))]] if name == "__sub__" else programs
    if name == "__pow__":
        return [[("Value", a), ("**", Step(0), n)] for n in (3, 2, -1, -2)] + [[("Value", abs(b)), ("**", Step(0), n)] for n in (0.5, 2.5, -1.5)]
    if name == "log":
        return [[("Value", x), (".log", Step(0))] for x in (abs(a), 0.2, 40.0)]
    return [[("Value", x), (f".{name}", Step(0))] for x in (abs(a), -abs(b))]


def tree(rng, name):
    """Return a program of this one operation nested in itself, with no node used twice."""
    if name in BINARY:
        sign = BINARY[name]
        return [*(("Value", number(rng)) for _ in range(4)), (sign, Step(0), Step(1)), (sign, Step(2), number(rng)),
                (sign, number(rng), Step(5)), (sign, Step(6), Step(4)), (sign, Step(3), Step(7))]
    x = number(rng, 0.5, 1.5, signed=False)
    if name == "__pow__":
        return [("Value", x), ("**", Step(0), 2.5), ("**", Step(1), -2), ("**", Step(2), 0.7)]
    return [("Value", x + 3.0 if name == "log" else x), (f".{name}", Step(0)), (f".{name}", Step(1))]


def is_right(student, programs):
    """Tell whether the notebook gets these programs right; one that cannot run is not right."""
    try:
        for program in programs:
            judge(student, program)
    except (Mismatch, Crashed, NotAttempted):
        return False
    return True


def with_upstream(student, rng, name, program):
    """Return the program with a right operation of another kind on top, so that the upstream gradient is not 1."""
    x, factor = number(rng, signed=False), number(rng, 1.5, 3.0)
    others = {"__mul__": ("*", factor), "__truediv__": ("/", factor), "sigmoid": (".sigmoid",), "tanh": (".tanh",), "exp": (".exp",), "__pow__": ("**", 2)}
    for other, (operation, *plain) in others.items():
        if other != name and is_right(student, [[("Value", x), (operation, Step(0), *plain)]]):
            return [*program, (operation, Step(len(program) - 1), *plain)]
    return program


def everything(student, rng, name):
    """Return the programs by which an operation is known to be right."""
    programs = [*single(rng, name), tree(rng, name)]
    if name in ("__add__", "relu"):
        programs += [with_upstream(student, rng, name, program) for program in single(rng, name)]
    return programs


def right_link(student, rng):
    """Return the sign of an operation that the notebook has right, so that `backward` alone is judged."""
    for name in ("__add__", "__mul__", "__sub__"):
        if is_right(student, everything(student, rng, name)):
            return BINARY[name]
    return "+"


def grow(rng, names, size):
    """Return a random program over these operations whose values stay between 0.2 and 8 in size (or 0, after relu)."""
    program = [("Value", number(rng)) for _ in range(4)]
    values = [step[1] for step in program]
    for _ in range(40 * size):
        if len(program) == size or not names:
            break
        usable = [n for n, value in enumerate(values) if abs(value) >= 0.2]
        first, second = (int(n) for n in rng.choice(usable, size=2))
        name = str(rng.choice(names))
        if name in BINARY:
            plain = number(rng)
            operands = [(Step(first), Step(second)), (Step(first), plain), (plain, Step(first))][rng.choice(3, p=[0.6, 0.2, 0.2])]
            step = (BINARY[name], *operands)
            if name == "__sub__" and rng.random() < 0.2:
                step = ("neg", Step(first))
        elif name == "__pow__":
            step = ("**", Step(first), [2, 3, -1, *([0.5, -1.5] if values[first] > 0 else [])][rng.integers(3 + 2 * (values[first] > 0))])
        elif name == "log" and values[first] < 0:
            continue
        else:
            step = (f".{name}", Step(first))
        value = evaluate([*program, step])[-1].item()
        if 0.2 <= abs(value) <= 8 or (value == 0 and name == "relu"):
            program.append(step)
            values.append(value)
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


@question("Value.__add__", points=0.5)
def test_add_gives_the_sum(student, rng):
    """`+` gives the sum, between Values and with a plain number on either side."""
    check_data(student, [*single(rng, "__add__"), tree(rng, "__add__")])


@question("Value.__add__", points=0.5)
def test_add_hands_gradients_to_every_leaf(student, rng):
    """Sums of sums give every leaf the gradient that automatic differentiation gives."""
    for program in [*single(rng, "__add__"), tree(rng, "__add__")]:
        judge(student, program)


@question("Value.__add__", points=0.5)
def test_add_uses_the_upstream_gradient(student, rng):
    """A sum inside a larger expression hands on the gradient that it was given."""
    for program in single(rng, "__add__"):
        ones = {n: 1.0 for n, step in enumerate(program) if step[0] == "Value"}
        judge(student, with_upstream(student, rng, "__add__", program), {"the upstream gradient is missing: this is only the local derivative": ones})


@question("Value.__sub__", points=0.5)
def test_sub_gives_the_difference(student, rng):
    """`-` gives the difference, with a plain number on either side too, and unary minus the opposite."""
    a, c = number(rng), number(rng)
    check_data(student, [[("Value", a), ("-", c, Step(0))]], {"number - Value and Value - number were taken for the same": a - c})
    check_data(student, [*single(rng, "__sub__"), tree(rng, "__sub__")])


@question("Value.__sub__", points=0.5)
def test_sub_hands_gradients_to_both_operands(student, rng):
    """One difference, and one unary minus, give the gradients that automatic differentiation gives."""
    between, left, right, negative = single(rng, "__sub__")
    judge(student, between, {"the operand that is subtracted got the sign of the other one": {1: 1.0}})
    judge(student, left)
    judge(student, right, {"the operand that is subtracted got the sign of the other one": {0: 1.0}})
    judge(student, negative, {"the minus sign is in the number, but not in its gradient": {0: 1.0}})


@question("Value.__sub__", points=0.5)
def test_sub_of_differences(student, rng):
    """Differences and minus signs inside each other give the gradients that automatic differentiation gives."""
    judge(student, tree(rng, "__sub__"))
    judge(student, [("Value", number(rng)), ("Value", number(rng)), ("neg", Step(0)), ("-", Step(1), Step(2)), ("neg", Step(3))])


@question("Value.__mul__", points=0.5)
def test_mul_gives_the_product(student, rng):
    """`*` gives the product, between Values and with a plain number on either side."""
    check_data(student, [*single(rng, "__mul__"), tree(rng, "__mul__")])


@question("Value.__mul__", points=0.5)
def test_mul_hands_gradients_to_both_factors(student, rng):
    """One product gives the gradients that automatic differentiation gives."""
    between, left, right = single(rng, "__mul__")
    a, b, product = between[0][1], between[1][1], between[0][1] * between[1][1]
    judge(student, between, {"each factor was multiplied by itself, not by the other one": {0: a, 1: b},
                             "the product itself was taken for the local derivative": {0: product, 1: product},
                             "this is the local derivative of a sum": {0: 1.0, 1: 1.0}})
    judge(student, left)
    judge(student, right)


@question("Value.__mul__", points=0.5)
def test_mul_of_products(student, rng):
    """Products inside each other use their upstream gradient."""
    judge(student, tree(rng, "__mul__"))


@question("Value.__truediv__", points=0.5)
def test_truediv_gives_the_quotient(student, rng):
    """`/` gives the quotient, between Values and with a plain number on either side."""
    a, c = number(rng), number(rng)
    check_data(student, [[("Value", a), ("/", c, Step(0))]], {"number / Value and Value / number were taken for the same": a / c})
    check_data(student, [*single(rng, "__truediv__"), tree(rng, "__truediv__")])


@question("Value.__truediv__", points=0.5)
def test_truediv_hands_gradients_to_both_operands(student, rng):
    """One quotient gives the gradients that automatic differentiation gives."""
    between, left, right = single(rng, "__truediv__")
    a, b = between[0][1], between[1][1]
    judge(student, between, {"the sign of the denominator's gradient is flipped": {1: a / b**2}, "the square of the denominator is missing": {1: -a / b},
                             "the numerator is missing in the denominator's gradient": {1: -1 / b**2}})
    judge(student, left)
    judge(student, right, {"the sign of the denominator's gradient is flipped": {0: right[1][1] / b**2}})


@question("Value.__truediv__", points=0.5)
def test_truediv_of_quotients(student, rng):
    """Quotients inside each other use their upstream gradient."""
    judge(student, tree(rng, "__truediv__"))


@question("Value.__pow__", points=0.5)
def test_pow_gives_the_power(student, rng):
    """`**` takes int and float exponents, negative ones too."""
    check_data(student, [*single(rng, "__pow__"), tree(rng, "__pow__")])


@question("Value.__pow__", points=0.5)
def test_pow_hands_its_gradient_on(student, rng):
    """One power gives the gradient that automatic differentiation gives, for int and float exponents."""
    for program in single(rng, "__pow__"):
        x, n = program[0][1], program[1][2]
        mistakes = {"the power was not lowered by one": {0: 3 * x**3}, "the exponent is missing as a factor": {0: x**2},
                    "the factor is the lowered exponent, not the exponent": {0: 2 * x**2}}
        judge(student, program, mistakes if n == 3 else None)


@question("Value.__pow__", points=0.5)
def test_pow_of_powers(student, rng):
    """Powers of powers use their upstream gradient."""
    judge(student, tree(rng, "__pow__"))


@question("Value.relu", points=0.5)
def test_relu_matches_autograd(student, rng):
    """`relu` gives the value and the gradient of automatic differentiation on both sides of 0, near and far."""
    for x in (number(rng, signed=False), -number(rng, signed=False), 0.05, -0.05, 1000.0, -1000.0):
        judge(student, [("Value", x), (".relu", Step(0))],
              {"the gradient went through where the input is negative" if x < 0 else "no gradient arrived, although the input of relu is positive": {0: float(x < 0)},
               "the gradient is multiplied by the value": {0: x}})
    judge(student, tree(rng, "relu"))


@question("Value.relu", points=0.25)
def test_relu_at_the_kink(student):
    """At exactly 0 both `relu` and its derivative are 0."""
    judge(student, [("Value", 0.0), (".relu", Step(0))], {"an input of exactly 0 was let through": {0: 1.0}})


@question("Value.relu", points=0.25)
def test_relu_uses_the_upstream_gradient(student, rng):
    """`relu` inside a larger expression hands on the gradient that it was given."""
    for sign in (1, -1):
        program = [("Value", sign * number(rng, signed=False)), (".relu", Step(0))]
        judge(student, with_upstream(student, rng, "relu", program), {"the upstream gradient is missing: this is only the local derivative": {0: 1.0}} if sign > 0 else None)


@question("Value.exp", points=0.5)
def test_exp_matches_autograd(student, rng):
    """`exp` gives the value and the gradient of automatic differentiation, also far on the left."""
    for x in (number(rng, signed=False), -number(rng, signed=False), -1000.0):
        judge(student, [("Value", x), (".exp", Step(0))], {"the derivative of a power was taken": {0: x * torch.tensor(x - 1).exp().item()}})


@question("Value.exp", points=0.5)
def test_exp_of_exp(student, rng):
    """`exp` inside `exp` uses its upstream gradient."""
    program = tree(rng, "exp")
    judge(student, program, {"the upstream gradient is missing: this is only the local derivative": {0: evaluate(program)[1].item()}})


@question("Value.log", points=0.5)
def test_log_matches_autograd(student, rng):
    """`log` of a positive number gives the value and the gradient of automatic differentiation."""
    for program in single(rng, "log"):
        x, out = program[0][1], evaluate(program)[1].item()
        judge(student, program, {"the output was taken for the input": {0: 1 / out}, "the local derivative is the wrong way up": {0: x}},
              {"this is the logarithm to base 10": out / 2.302585092994046, "this is the logarithm to base 2": out / 0.6931471805599453})


@question("Value.log", points=0.5)
def test_log_of_log(student, rng):
    """`log` inside `log` uses its upstream gradient."""
    program = tree(rng, "log")
    judge(student, program, {"the upstream gradient is missing: this is only the local derivative": {0: 1 / program[0][1]}})


@question("Value.tanh", points=0.5)
def test_tanh_matches_autograd(student, rng):
    """`tanh` gives the value and the gradient of automatic differentiation, also at 1000 and -1000."""
    for x in (number(rng, signed=False), -number(rng, signed=False), 1000.0, -1000.0):
        t = torch.tanh(torch.tensor(x, dtype=torch.float64)).item()
        judge(student, [("Value", x), (".tanh", Step(0))],
              {"the input was taken for the output": {0: 1 - x**2}, "the square is missing": {0: 1 - t}, "this is the derivative of the sigmoid": {0: t * (1 - t)}})


@question("Value.tanh", points=0.5)
def test_tanh_of_tanh(student, rng):
    """`tanh` inside `tanh` uses its upstream gradient."""
    program = tree(rng, "tanh")
    judge(student, program, {"the upstream gradient is missing: this is only the local derivative": {0: 1 - evaluate(program)[1].item() ** 2}})


@question("Value.sigmoid", points=0.5)
def test_sigmoid_matches_autograd(student, rng):
    """`sigmoid` gives the value and the gradient of automatic differentiation."""
    for program in single(rng, "sigmoid"):
        x, s = program[0][1], evaluate(program)[1].item()
        at_output = torch.sigmoid(torch.tensor(s, dtype=torch.float64)).item()
        judge(student, program, {"the input was taken for the output": {0: x * (1 - x)}, "the factor one minus the sigmoid is missing": {0: s},
                                 "this is the derivative of tanh": {0: 1 - s**2}, "the derivative was evaluated at the output instead of the input": {0: at_output * (1 - at_output)}})


@question("Value.sigmoid", points=0.5)
def test_sigmoid_far_out(student):
    """At 1000 and -1000 `sigmoid` and its gradient are finite and right."""
    for x in (1000.0, -1000.0):
        judge(student, [("Value", x), (".sigmoid", Step(0))])


@question("Value.sigmoid", points=0.5)
def test_sigmoid_of_sigmoid(student, rng):
    """`sigmoid` inside `sigmoid` uses its upstream gradient."""
    program = tree(rng, "sigmoid")
    s = evaluate(program)[1].item()
    judge(student, program, {"the upstream gradient is missing: this is only the local derivative": {0: s * (1 - s)}})


@question("predict_second_backward", points=1)
def test_predict_second_backward(student):
    """The prediction for the gradient after two backward calls is right."""
    guess = student.predict_second_backward.value()
    if guess is None:
        not_attempted("Set predict_second_backward to the number that you expect.")
    assert abs(scalar(guess, "predict_second_backward") - 14.0) < 1e-9, (
        "Not this number. Run both calls, read a.grad after each, and find out which part of it came from which call.")


@question("Value.backward", points=1)
def test_backward_adds_up_what_a_shared_node_gets(student, rng):
    """A Value used twice by one operation, or by several, gets the sum of all contributions."""
    link = right_link(student, rng)
    a, b = number(rng), number(rng)
    once = {"+": {0: 1.0}, "-": {}, "*": {0: a}}[link]
    judge(student, [("Value", a), (link, Step(0), Step(0))], {"only one of the two uses of the Value was counted: overwritten, not added up": once})
    judge(student, [("Value", a), ("Value", b), (link, Step(0), Step(1)), (link, Step(2), Step(0)), (link, Step(1), Step(3)), (link, Step(4), Step(0))])
    handles = student.steps([("Value", a)])
    close(handles[0].grad.value(), 0.0, what="grad before any backward")


@question("Value.backward", points=1)
def test_backward_waits_for_every_user_of_a_node(student, rng):
    """Diamonds in every order: a node hands its gradient on once, when all of it has arrived."""
    link = right_link(student, rng)
    a, b = number(rng), number(rng)
    start = [("Value", a), ("Value", b), (link, Step(0), Step(1))]
    judge(student, [*start, (link, Step(2), Step(2))],
          {"a node handed on part of its gradient twice: it passed it on before all of it had arrived": {0: 4.0, 1: 4.0} if link == "+" else {}})
    judge(student, [*start, (link, Step(2), 0.75), (link, Step(3), Step(2)), (link, Step(4), Step(3))])
    judge(student, [*start, (link, Step(2), 0.75), (link, Step(2), Step(3)), (link, Step(3), Step(4))])
    ladder = [("Value", 0.9)] + [(link, Step(n), Step(n)) for n in range(4)]
    judge(student, ladder)


@question("Value.backward", points=1)
def test_backward_accumulates_over_calls(student, rng):
    """Each further call adds the same gradients once more; calls on results that share nodes add up too."""
    link = right_link(student, rng)
    a, b, c = number(rng), number(rng), number(rng)
    program = [("Value", a), ("Value", b), ("Value", c), (link, Step(0), Step(1)), (link, Step(3), Step(2)), (link, Step(4), Step(0))]
    handles = judge(student, program)
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
    handles[3].backward()
    handles[-1].backward()
    inner = reference(program, 3)[1]
    check_leaves(handles, {n: gradients[n] + inner[n] for n in gradients}, {"the gradients of the earlier call were thrown away": gradients})


@question("Value.backward", points=1)
def test_backward_on_random_graphs(student, rng):
    """Random expressions of all the operations that you have right agree with automatic differentiation."""
    names = [*BINARY, "__pow__", *UNARY]
    link = right_link(student, rng)
    right = [name for name in names if is_right(student, everything(student, rng, name))]
    if not set(right) - {"__add__", "__sub__"}:  # nothing that would show whether backward multiplies
        judge(student, single(rng, "__mul__")[0])
    for size in (10, 16, 24, 32):
        judge(student, join_ends(grow(rng, right, size), link))


@question("Value.backward", points=0.5)
def test_backward_through_a_long_chain(student, rng):
    """A chain of 10 000 operations does not hit the recursion limit."""
    link = right_link(student, rng)
    judge(student, [("Value", number(rng)), *((link, Step(n), 1.0001) for n in range(10_000))])


@question("Value.zero_grad", points=0.5)
def test_zero_grad_clears_every_leaf(student, rng):
    """After `zero_grad` on the result every leaf below it has gradient 0, near and far, shared or not."""
    link = right_link(student, rng)
    program = [*(("Value", number(rng)) for _ in range(4)), (link, Step(0), Step(1)), (link, Step(4), Step(2)), (link, Step(5), Step(4)), (link, Step(3), Step(6))]
    handles = student.steps(program)
    handles[-1].backward()
    assert any(scalar(handles[n].grad.value()) != 0 for n in range(4)), "backward left every gradient at 0, so there is nothing to clear"
    handles[-1].zero_grad()
    for n in range(4):
        close(handles[n].grad.value(), 0.0, what=f"grad of leaf {n} after zero_grad")


@question("Value.zero_grad", points=0.5)
def test_zero_grad_makes_the_next_backward_a_first_one(student, rng):
    """`backward` after `zero_grad` gives the gradients of a single call, and the data is as before."""
    link = right_link(student, rng)
    program = [*(("Value", number(rng)) for _ in range(3)), (link, Step(0), Step(1)), (link, Step(2), Step(3))]
    handles = judge(student, program)
    data, gradients = reference(program)
    handles[-1].zero_grad()
    handles[-1].backward()
    check_leaves(handles, gradients, {"the gradients of the call before zero_grad are still in it": {n: 2 * g for n, g in gradients.items()}})
    close(handles[-1].data.value(), data, what="data of the result")
    for n in gradients:
        close(handles[n].data.value(), program[n][1], what=f"data of leaf {n}")


@question("Value.zero_grad", points=0.5)
def test_zero_grad_through_a_long_chain(student, rng):
    """A chain of 10 000 operations does not hit the recursion limit of `zero_grad`."""
    link = right_link(student, rng)
    handles = student.steps([("Value", number(rng)), *((link, Step(n), 1.0001) for n in range(10_000))])
    handles[2].backward()
    assert scalar(handles[0].grad.value()) != 0, "backward left the gradient of the leaf at 0, so there is nothing to clear"
    handles[-1].zero_grad()
    close(handles[0].grad.value(), 0.0, what="grad of the leaf after zero_grad")
