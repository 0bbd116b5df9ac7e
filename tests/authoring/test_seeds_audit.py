"""Every variant over many seeds: a test that is decided by the draw, and one that no wrong variant fails, are found."""

from pathlib import Path
from textwrap import dedent

import pytest

from grader.authoring.seeds_audit import seeds_audit, seeds_tally, toothless
from grader.core.course import Course

SUITE = '''
from grader.suite import close, question

@question("double", points=1)
def test_positive(student, rng):
    """A positive number is doubled."""
    close(student.double(3.0), 6.0)

@question("double", points=1)
def test_any(student, rng):
    """A number of either sign is doubled."""
    x = float(rng.choice([-3.0, 3.0]))
    close(student.double(x), 2 * x)

@question("double", points=1)
def test_zero(student, rng):
    """0 stays 0."""
    close(student.double(0.0), 0.0)
'''


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course whose second test is decided by the draw, and whose third has no teeth."""
    folder = tmp_path_factory.mktemp("seeds") / "solutions" / "01_double"
    files = {
        "exercise.toml": '[[question]]\nname = "double"\nhints = ["a", "b"]\n',
        "01_double.ipynb": '{"cells": [{"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": null, "source": '
        '"def double(x):\\n    ### BEGIN SOLUTION\\n    return 2 * x\\n    ### END SOLUTION"}], '
        '"metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
        "test_hidden.py": SUITE,
        "test_visible.py": SUITE,
        "wrong/keeps_negative.py": '"""Negative.\n\nLoses: double\n"""\ndef double(x):\n    return 2 * abs(x)\n',
        "wrong/triples.py": '"""Triples.\n\nLoses: double\n"""\ndef double(x):\n    return 3 * x\n',
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
    return folder.parents[1]


def test_what_the_draw_decides_is_found(course: Path) -> None:
    """Each case is judged with every seed; the complaint counts how often a test passed."""
    cases = []
    found = {result.case: result for result in seeds_audit(Course(course), [], 12, 1, cases.append)}
    assert cases == [4] * 4
    assert not found["solution"].complaint and not found["stub"].complaint and not found["wrong/triples"].complaint
    assert found["wrong/keeps_negative"].unsteady == ["test_any"]
    assert "test_any passes" in found["wrong/keeps_negative"].complaint and "does not lose double" in found["wrong/keeps_negative"].complaint
    assert toothless(found.values()) == ["01_double: test_zero"]
    assert "| `01_double` | 4 | 12 | 1 | 3 | 1 |" in seeds_tally(list(found.values()))
