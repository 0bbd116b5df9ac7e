"""A variant under many seeds: one verdict where nothing is left to the draw."""

from pathlib import Path

import pytest

from grader.authoring.audit import Case
from grader.authoring.many_seeds import over_seeds
from grader.core.course import Exercise
from grader.suite.session import SuiteSession

SUITE = '''
from grader.suite import close, question


@question("double", points=1)
def test_one_number_is_doubled(student, rng):
    """`double` doubles a whole number from 0 to 2."""
    x = int(rng.integers(0, 3))
    close(student.double(x), 2 * x)
'''
SQUARE = "def double(x):\n    return x * x"
RIGHT = "def double(x):\n    print('loud')\n    return x + x"


@pytest.fixture
def exercise(tmp_path: Path) -> Exercise:
    folder = tmp_path / "solutions" / "01_double"
    folder.mkdir(parents=True)
    (folder / "exercise.toml").write_text('[[question]]\nname = "double"\nforbidden = ["numpy.linalg"]\n')
    (folder / "test_hidden.py").write_text(SUITE)
    return Exercise("01_double", folder)


@pytest.mark.parametrize(
    ("cell", "verdicts"),
    [
        (RIGHT, {(): 40}),
        (SQUARE, None),
        ("import numpy.linalg\ndef double(x):\n    return 2 * x + 0 * numpy.linalg.norm([x])", {(("double", 0.0),): 40}),
    ],
)  # fmt: skip
def test_each_seed_draws_other_inputs(exercise: Exercise, capsys: pytest.CaptureFixture[str], cell: str, verdicts: dict[object, int] | None) -> None:
    """A right answer has one verdict; a wrong one that some draws do not notice has two, and the tests are counted."""
    suite = SuiteSession(exercise.hidden_suite)
    outcomes = over_seeds(suite, exercise, Case("01_double", "a", ((1, cell),), frozenset()), range(40))
    suite.close()
    assert capsys.readouterr().out == ""
    if verdicts is not None:
        assert outcomes.verdicts == verdicts
    else:
        lucky, lost = outcomes.verdicts[()], outcomes.verdicts[(("double", 0.0),)]
        assert lucky > 0 and lost > 0 and lucky + lost == 40
        assert outcomes.failed == {"test_one_number_is_doubled": lost}
        assert outcomes.told["test_one_number_is_doubled"].startswith("failed: You called `double(")
