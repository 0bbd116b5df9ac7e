"""What `make prove` has proved rests on what is there now, and found nothing that depends on the draw."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.paths import ROOT

from grader.authoring.cases import cases_of
from grader.authoring.seeds_audit import proof_key
from grader.core.course import Course

COURSE = Course(ROOT)
PROOFS: dict[str, dict[str, dict[str, Any]]] = json.loads((ROOT / "proofs" / "seeds.json").read_text())


@pytest.mark.parametrize("slug", PROOFS)
def test_no_proof_is_stale(slug: str) -> None:
    """A changed suite or variant is proved again: `make prove` (or `python scripts/prove.py SLUG`)."""
    exercise, known = COURSE.exercises[slug], PROOFS[slug]
    keys = {case.name: proof_key(exercise, case) for case in cases_of(exercise)}
    assert {name: proof["key"] for name, proof in known.items()} == {name: keys.get(name) for name in known}
    assert [name for name, proof in known.items() if proof["problems"]] == []


def test_a_proof_rests_on_suite_and_variant() -> None:
    """Another variant of the same exercise, or the same cells for another one, have another key."""
    gates, sigmoid = COURSE.exercises["01_gates"], COURSE.exercises["02_sigmoid"]
    first, second, *_ = cases_of(gates)
    assert len({proof_key(gates, first), proof_key(gates, second), proof_key(sigmoid, first)}) == 3
