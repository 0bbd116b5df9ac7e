"""`unchanged` judges what happens to the arguments of a right answer, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from support.cells import opened

from grader.sandbox.forkserver import ForkServer
from grader.suite import Mismatch, unchanged

CELL = """import numpy as np
def right(x): return 2 * x
def in_place(x):
    x *= 2
    return x.copy()
def wrong(x): return 3 * x
def wrong_in_place(x):
    x *= 3
    return x
def nothing(x): pass
def column(x): return (2 * x)[:, None]
calls = []
def moody(x):
    calls.append(x)
    return 2 * x if len(calls) % 2 else 4 * x
def gradients(params, x):
    params["w"] *= 2
    return {"w": x, "b": 1.0}, [x, 2.0]
"""


def test_only_a_right_answer_can_lose(forkserver: ForkServer) -> None:
    """A wrong function is not charged for its arguments too; one that answers nothing has shown nothing."""
    x = np.array([1.0, 2.0, 3.0])
    with opened(forkserver, [CELL]) as (student, _):
        for name in ("right", "wrong", "wrong_in_place"):
            unchanged(getattr(student, name), x, want=2 * x)
        for name, words in (("in_place", "changed an array"), ("moody", "twice"), ("nothing", "got None"), ("column", "wrong shape")):
            with pytest.raises(Mismatch, match=words):
                unchanged(getattr(student, name), x, want=2 * x)


def test_answers_and_arguments_may_be_dicts_and_tuples(forkserver: ForkServer) -> None:
    """An array inside a dict is an argument as well."""
    x = np.array([1.0, 2.0])
    with opened(forkserver, [CELL]) as (student, _):
        with pytest.raises(Mismatch, match="changed an array"):
            unchanged(student.gradients, {"w": x}, x, want=({"w": x, "b": 1.0}, (x, 2.0)))
        unchanged(student.gradients, {"w": x}, x, want=({"w": x + 1, "b": 1.0}, (x, 2.0)))
        with pytest.raises(Mismatch, match="the keys w, c"):
            unchanged(student.gradients, {"w": x}, x, want=({"w": x, "c": 1.0}, (x, 2.0)))
