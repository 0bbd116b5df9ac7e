"""Mutants are made of answers only, one change each, and every kind of mistake that the audit promises."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from grader.authoring.mutants import equivalent, mutants_of
from grader.authoring.mutants_audit import MutantOutcome, mutation_report
from grader.core.errors import GraderError

CELL = """import numpy as np

def outside(x):
    return x + 1

def backward(upstream, x, W, lam):
    ### BEGIN SOLUTION
    total = 0
    total += lam * W.sum(axis=0)
    mask = x > 0
    if mask.all():
        total = -total
    return (upstream * mask) @ W.T / len(x)
    ### END SOLUTION
"""


def changes() -> dict[str, str]:
    return {mutant.change: mutant.source for mutant in mutants_of(((3, CELL),))}


@pytest.mark.parametrize(
    ("change", "evidence"),
    [
        ("missing upstream", "return mask @ W.T"),
        ("missing λ", "total += W.sum(axis=0)"),
        ("missing division", "return upstream * mask @ W.T\n"),
        ("dropped transpose", "@ W / len(x)"),
        ("sum → mean", "W.mean(axis=0)"),
        ("axis swapped", "axis=1"),
        ("overwritten, not accumulated", "total = lam * W.sum"),
        ("statement dropped", "total = 0\n    pass"),
        ("Gt → GtE", "x >= 0"),
        ("sign or not dropped", "total = total"),
        ("swapped factors", "W.T @ (upstream * mask)"),
        ("condition always false", "if False:"),
        ("mask from upstream", "mask = upstream > 0"),
        ("returns nothing", "return None"),
    ],
)
def test_each_kind_of_mistake_is_made(change: str, evidence: str) -> None:
    """The changed program holds the mistake that the change is named after."""
    assert evidence in changes()[change] + "\n"


def test_the_same_change_twice_in_a_line_has_two_names() -> None:
    """So that a reason why one of them changes nothing does not excuse the other."""
    cell = "def f(a, b, c):\n    ### BEGIN SOLUTION\n    return a * b * c\n    ### END SOLUTION\n"
    keys = [mutant.key for mutant in mutants_of(((1, cell),))]
    assert len(keys) == len(set(keys))
    assert "f: return a * b * c: Mult → Div (2)" in keys


def test_nothing_outside_the_answers_is_changed_and_every_mutant_is_a_program() -> None:
    """What students are given is not what a suite is judged by."""
    for mutant in mutants_of(((3, CELL),)):
        ast.parse(mutant.source)
        assert "return x + 1" in mutant.source
        assert mutant.name == "backward"
        assert mutant.cell == 3


def test_right_mutants_are_read_from_their_file(tmp_path: Path) -> None:
    """One or several with a reason; without the file there are none."""
    assert equivalent(tmp_path) == {}
    (tmp_path / "equivalent.toml").write_text(
        '[[equivalent]]\nmutant = "a: x"\nreason = "r"\n[[equivalent]]\nmutants = ["a: y", "a: z"]\nreason = "s"\n'
    )
    assert equivalent(tmp_path) == {"a: x": "r", "a: y": "s", "a: z": "s"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[[equivalent]]\nmutant = "a"', "line 1: a [[equivalent]] has no reason"),
        ('[[equivalent]]\nmutant = "a"\nreasons = "r"', "line 3: unknown key 'reasons' in [[equivalent]]; did you mean 'reason'?"),
        ('[[equivalent]]\nreason = "r"', "line 1: an [[equivalent]] names either one mutant or several mutants"),
        ('[equivalent]\nreason = "r"', "line 1: equivalent must be tables, each below a line [[equivalent]], not a table"),
    ],
)
def test_a_mistake_in_the_list_of_right_mutants_is_one_line(tmp_path: Path, text: str, problem: str) -> None:
    """With the line and the remedy, like every settings file of a course."""
    (tmp_path / "equivalent.toml").write_text(text)
    with pytest.raises(GraderError) as caught:
        equivalent(tmp_path)
    assert str(caught.value).endswith(f"equivalent.toml, {problem}")


def test_the_report_counts_by_exercise_and_by_kind_of_change() -> None:
    """The visible suite's share is of the mutants that are wrong."""
    outcomes = [
        MutantOutcome("01_a", "f: return 2 * x: 2 → 3", "killed", True),
        MutantOutcome("01_a", "f: return 2 * x: 2 → 0 (2)", "killed", False),
        MutantOutcome("01_a", "f: y = x > 0: Gt → GtE", "equivalent", False),
        MutantOutcome("02_b", "g: y = x > 0: mask from upstream", "survived", False),
    ]
    page = mutation_report(outcomes)
    assert "| `01_a` | 3 | 2 | 0 | 0 | 1 | 0 | 1 (50 %) |" in page
    assert "| all | 4 | 2 | 0 | 1 | 1 | 0 | 1 (33 %) |" in page
    assert "| a constant changed | 2 | 2 | 0 |" in page
    assert "| mask from another array | 1 | 0 | 0 |" in page
