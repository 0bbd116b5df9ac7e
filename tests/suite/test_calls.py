"""Calls and programs as the student would write them."""

import pytest

from grader.suite.calls import Operation, Step, expression, show, statements
from grader.suite.checks import Mismatch, numeric


@pytest.mark.parametrize(
    ("program", "text"),
    [
        ([("Value", 2.0), ("Value", 3.0), ("*", Step(0), Step(1))], "(Value(2) * Value(3))"),
        ([("Value", 2.0), ("neg", Step(0)), (".relu", Step(1))], "(-Value(2)).relu()"),
        ([("Value", 2.0), ("+", Step(0), Step(0))], "a = Value(2); (a + a)"),
        ([("Value", 2.0), ("**", Step(0), 2), ("*", Step(1), Step(0)), ("+", Step(2), Step(2))], "a = Value(2); b = ((a ** 2) * a); (b + b)"),
        ([], "nothing"),
        ([("Value", 2.0), *(("neg", Step(n)) for n in range(8))], "an expression of 9 operations"),
    ],
)  # fmt: skip
def test_a_shared_step_of_a_program_gets_a_name(program: list[Operation], text: str) -> None:
    """An expression in one line would make two nodes of one that is used twice."""
    assert expression(program) == text


def test_a_program_of_any_length_can_be_pasted() -> None:
    """The statements run, and give what the program gives."""
    program = [("float", 1.5), *(("+", Step(n), Step(n)) for n in range(40))]
    *lines, result = statements(program).splitlines()
    names = dict[str, float]()
    exec("\n".join(lines), names)
    assert eval(result, names) == 1.5 * 2.0**40


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (list(range(12)), "[0, 1, 2, 3, 4, 5, 6, 7, …] (12 entries)"),
        (tuple(range(9)), "(0, 1, 2, 3, 4, 5, 6, 7, …) (9 entries)"),
        ((1,), "(1,)"),
        ({n: n for n in range(9)}, "{0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6, 7: 7, …} (9 entries)"),
        ([1, 2], "[1, 2]"),
        ([123456.5] * 700, "[" + "123456, " * 7 + "123456, …] (700 entries)"),
        (["x" * 30] * 3, f"['{'x' * 30}', '{'x' * 30}', '{'x' * 9}…] (3 entries)"),
        ([], "[]"),
    ],
)
def test_a_list_that_is_cut_says_how_long_it_is(value: object, text: str) -> None:
    assert show(value) == text


def test_an_answer_that_is_cut_says_its_length() -> None:
    """A list that holds something else than numbers is quoted with its length."""
    with pytest.raises(Mismatch, match=r"got the list \['a', 1, 1.*… \(31 entries\)"):
        numeric(["a", *[1] * 30], "theta")
    with pytest.raises(Mismatch, match=r"got the list \['a', 1\]\.$"):
        numeric(["a", 1], "theta")
