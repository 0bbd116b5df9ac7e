"""What a failure comes from, where only what was raised and the notebook's names are known."""

from __future__ import annotations

from grader.core.report import Status
from grader.suite.exceptions import Crashed
from grader.suite.origins import NotebookAtHand, outcome_of


def test_an_operator_that_a_test_asks_for_as_well_does_not_make_an_answer_unattempted() -> None:
    """`a - b` was written; what is said is what its class lacks for `-a`."""
    failure = Crashed("-Value(1)", {"kinds": ["TypeError"], "message": "bad operand type for unary -: 'Value'"})
    notebook = NotebookAtHand(questions=["Value.__sub__"], members=lambda name: ["__sub__"])
    found = outcome_of(failure, "Value.__sub__", notebook)
    assert found and (found.status, found.message) == (Status.CRASHED, "`Value` has no `__neg__`.")
    found = outcome_of(failure, "Value.__neg__", notebook)
    assert found and found.status == Status.NOT_ATTEMPTED
