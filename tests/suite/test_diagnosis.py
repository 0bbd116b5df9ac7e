"""Diagnoses: what is named, what is met with silence, what is shown beside it, and that the course's variants agree."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.cells import APPLY, COUNTER, DOUBLE, judge_of, opened
from support.paths import COURSE

from grader.authoring.diagnoses_audit import (
    GIVEN,
    NONE,
    WRONG,
    Diagnosed,
    declared_words,
    diagnoses_audit,
    diagnoses_in,
    diagnosis_report,
    diagnosis_tally,
)
from grader.core.cells import loop_in
from grader.core.course import Course, Exercise
from grader.core.course_settings import Question
from grader.core.errors import GraderError
from grader.core.report import QuestionResult, Status, TestResult
from grader.core.scoring import question_result
from grader.engine.forbidden import without_forbidden
from grader.sandbox.forkserver import ForkServer
from grader.suite import Mismatch, array, close, scalar
from grader.suite.exceptions import Crashed, meaning, nearest_name, shortened, undefined

WANT = np.array([1.25, -2.5, 3.75, 0.6, -7.13])
MATRIX = np.array([[1.0, 2.0, 3.5], [-4.0, 5.0, 6.25], [7.0, -8.0, 9.0]])


def complaint(got: Any, want: Any, **options: Any) -> Mismatch:
    """The mismatch between two values."""
    with pytest.raises(Mismatch) as caught:
        close(got, want, **options)
    return caught.value


CHANGES = {
    "every sign": lambda w: -w,
    "absolute values": np.abs,
    "yours is 0": lambda w: np.maximum(w, 0),
    "squares": lambda w: w**2,
    "divided by the right one": lambda w: 1 / w,
    "reversed": lambda w: w[::-1],
    "running sum": np.cumsum,
    "not yet added up": lambda w: np.diff(w, prepend=0),
    "too large by the same amount": lambda w: w + 0.37,
    "too small by the same amount": lambda w: w - 0.37,
    "changed places": lambda w: w[[0, 3, 2, 1, 4]],
    "sorted": np.sort,
    "one place off": lambda w: np.roll(w, 1),
    "another order": lambda w: w[[3, 2, 4, 0, 1]],
    "exactly 5×": lambda w: 5 * w,
    "1/5": lambda w: w / 5,
    "2×": lambda w: 2 * w,
    "the same number (1.3)": lambda w: 1.3 * w,
    "whole numbers": np.trunc,
    "every entry is 0": lambda w: 0 * w,
}


@pytest.mark.parametrize("words", CHANGES)
def test_a_general_mistake_is_named(words: str) -> None:
    """Each rule finds its own mistake in five numbers of different size."""
    assert words in complaint(CHANGES[words](WANT), WANT).diagnosis


def test_float32_is_noticed_by_its_grid() -> None:
    """Numbers that are all on the grid of float32, and right to its precision, have lost half their digits."""
    assert "float32" in complaint(WANT.astype(np.float32) / np.float32(3), WANT / 3, rtol=1e-9).diagnosis
    assert "float32" not in complaint(WANT / 3 + 1e-7, WANT / 3, rtol=1e-9, atol=0).diagnosis


def test_roots_and_inverted_truth_are_named() -> None:
    """A root too many, and true for false."""
    assert "square roots" in complaint(np.sqrt(np.abs(WANT)), np.abs(WANT)).diagnosis
    assert "wrong way round" in complaint([1.0, 0.0, 0.0], [0.0, 1.0, 1.0]).diagnosis


@pytest.mark.parametrize("change", [lambda w: -w, lambda w: 2 * w, lambda w: w + 1, lambda w: w[::-1], lambda w: w**2])
def test_two_numbers_are_not_enough_evidence(change: Any) -> None:
    """Two entries, or many of one size, may agree with a rule by accident: nothing is said."""
    for want in (np.array([1.5, 3.25]), np.array([1.5, 0.0, 3.25, 0.0, 0.0]), np.array([2.0, -2.0, 2.0, 2.0])):
        got = change(want)
        if not np.allclose(got, want):
            assert complaint(got, want).diagnosis == ""


def test_of_a_single_number_only_the_sign_is_said() -> None:
    """Twice a number is an accident too easily; minus 1 for 1 as well."""
    assert complaint(2 * 0.7381, 0.7381).diagnosis == ""
    assert complaint(-0.7381, 0.7381).diagnosis == "the sign is flipped"
    assert complaint(-1.0, 1.0).diagnosis == ""
    assert complaint(1.5, 0.75, mistakes={"twice": 1.5}).diagnosis == "twice"


@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e12])
def test_random_wrong_answers_are_met_with_silence(scale: float) -> None:
    """A thousand pairs of unrelated arrays: no rule fits any."""
    rng = np.random.default_rng(7)
    for _ in range(1000):
        shape = [(4,), (3, 3), (2, 5), (1,), ()][rng.integers(5)]
        error = complaint(scale * rng.normal(size=shape), scale * (10 + rng.normal(size=shape)), atol=0)
        assert error.diagnosis == "", str(error)


@pytest.mark.parametrize(
    ("got", "want", "words"),
    [
        (np.ones((3, 1)), 2.0, ""),
        (WANT, WANT.sum(), "their sum"),
        (WANT, WANT.mean(), "their mean"),
        (np.cumprod(WANT), np.prod(WANT), "last entry"),
        (np.array([0.37]), 0.37, "array with one entry"),
        (WANT[:, None], WANT, "extra axis of length 1"),
        (WANT, WANT[None], "axis of length 1 is missing"),
        (MATRIX, MATRIX.sum(axis=0), "sum over axis 0 is missing"),
        (MATRIX[:2], MATRIX[:2].mean(axis=0), "mean over axis 0 is missing"),
        (np.ones((5, 4)), np.zeros(4), "an axis too many (axis 0)"),
        (3.0, WANT, "one number was returned"),
        (np.diag(MATRIX), MATRIX, "diagonal"),
        (MATRIX.sum(axis=1), MATRIX, "summed over axis 1"),
        (MATRIX[:2].T, MATRIX[:2], "transpose"),
        (MATRIX.reshape(9), MATRIX.reshape(9)[None].reshape(3, 3), "only their shape is not"),
        (WANT[1:], WANT, "the first entry is missing"),
        (np.append(WANT, 3), WANT, "the last entry is one too many"),
        (np.ones((2, 5)), WANT[:3], ""),
        (np.arange(4.0), WANT, ""),
    ],
)  # fmt: skip
def test_a_wrong_shape_names_both_and_the_likely_cause(got: Any, want: Any, words: str) -> None:
    """Certain where the numbers prove it, a question where they do not, and silence elsewhere."""
    error = complaint(got, want)
    assert "wrong shape" in str(error)
    assert words in error.diagnosis and bool(words) == bool(error.diagnosis)


def test_a_mistake_of_the_suite_may_have_another_shape() -> None:
    """Two results that changed places are named although their shapes differ."""
    assert complaint(WANT, MATRIX, mistakes={"swapped": WANT}).diagnosis == "swapped"


def test_nan_and_infinity_say_where_how_many_and_ask_why() -> None:
    """The first place, the number of entries, and a question; a right infinity is no mistake."""
    error = complaint([1.0, np.nan, np.inf], [1.0, 2.0, 3.0])
    assert "nan (not a number) at [1]" in str(error) and "2 of 3 entries" in str(error)
    assert error.diagnosis.endswith("?") and "overflow" in error.diagnosis
    assert "logarithm of 0" in complaint(-np.inf, 1.0).diagnosis
    assert "overflow" in complaint([np.inf, 1.0], [2.0, 1.0]).diagnosis


def test_other_kinds_of_values_have_their_own_sentence() -> None:
    """Complex numbers, ragged rows, a None among numbers, a changed argument."""
    assert "negative number" in complaint(np.array([1j, 2]), [1.0, 2.0]).diagnosis
    assert "different lengths" in complaint([[1], [1, 2]], [[1.0, 1.0]]).diagnosis
    assert complaint([1.0, None], [1.0, 2.0]).diagnosis == "the second part is still None"
    assert "copy" in complaint(2 * WANT, WANT, what="x after the call").diagnosis
    for check in (lambda: scalar([1.0], "n"), lambda: array([[1.0], [2.0]], (2,), "b")):
        with pytest.raises(Mismatch) as caught:
            check()
        assert caught.value.diagnosis


def test_a_difference_is_shown_by_its_neighbourhood() -> None:
    """The worst entry, how far off, and at most 3×3 entries, got beside expected."""
    want = np.arange(600.0).reshape(2, 30, 10) + 0.5
    got = want.copy()
    got[1, 29, 9] += 3
    lines = str(complaint(got, want)).splitlines()
    assert lines[0] == "got 602.5 at [1, 29, 9], expected 599.5 (relative error 0.005; 1 of 600 entries differ)."
    assert lines[1] == "the part [1, 27:30, 7:10]:" and lines[2].split() == ["got", "expected"]
    assert [len(line.split()) for line in lines[3:]] == [6, 6, 6]
    assert len("\n".join(lines)) < 400
    assert str(complaint([1.0, 2.0], [1.0, 0.0])).splitlines()[1] == "the whole answer:"
    assert "absolute error 2" in str(complaint(2.0, 0.0))


def test_the_nearest_defined_name_is_offered() -> None:
    """A typing error is recognised; what the notebook claims to define is taken with care."""
    names = ["sigmoid", "forward", 3, "x" * 5000, "not a name", "sïgmod"]
    assert "did you mean `sigmoid`?" in undefined("name 'sigmod' is not defined", names)
    assert "did you mean `print`?" in undefined("name 'pritn' is not defined", names)
    assert "import" in undefined("name 'np' is not defined", names)
    assert undefined("name 'zzz' is not defined", names) == "", "the message has said it"
    assert undefined("something else", names) == ""
    assert nearest_name("forwrd", names) == "forward"


@pytest.mark.parametrize(
    ("kinds", "text", "words"),
    [
        (["ValueError"], "The truth value of an array with more than one element is ambiguous", "truth value"),
        (["TypeError"], "f() takes 1 positional argument but 2 were given", "exactly these arguments"),
        (["TypeError"], "inner() takes 1 positional argument but 2 were given", ""),
        (["TypeError"], "unsupported operand type(s) for +: 'NoneType' and 'int'", "one of the values is None"),
        (["AttributeError"], "'float' object has no attribute 'shape'", "np.asarray"),
        (["UnboundLocalError", "NameError"], "cannot access local variable 'y'", "before it has a value"),
        (["IndexError"], "index 0 is out of bounds for axis 0 with size 0", "empty input"),
        (["KeyError"], "'z'", ""),
    ],
)  # fmt: skip
def test_an_exception_is_put_into_plain_words_where_that_helps(kinds: list[str], text: str, words: str) -> None:
    """NumPy's and Python's own words are explained; others stay as they are."""
    said = meaning("f(1, 2)", kinds, text)
    assert words in said and bool(words) == bool(said)


def test_long_calls_and_texts_are_cut() -> None:
    """A crash with long texts everywhere stays readable."""
    error = {"kinds": ["ValueError"], "message": "x" * 5000, "cell": 1, "line": 2, "traceback": ["cell 1, line 2, in f" * 90] * 8}
    failure = Crashed("f(" + "1, " * 500 + ")", error)
    assert len(failure.summary) < 600 and len(shortened("f" * 999)) <= 160


CELLS = [
    (1, "%matplotlib inline\nimport numpy as np\nfrom torch import autograd as ag\nimport numpy.linalg as la"),
    (2, "def solve(a, b):\n    return np.linalg.solve(a, b)\n\ndef plain(a):\n    return a"),
    (3, "def grad(x):\n    return ag.grad(x)"),
    (4, "class Value:\n    def go(self):\n        while True:\n            pass"),
    (5, "def other(a):\n    return la.inv(a)"),
    (6, "broken ("),
    (7, "from numpy.linalg import inv\ndef third(a):\n    return inv(a)"),
    (8, "def forever():\n    for _ in iter(int, 1):\n        pass"),
]


def result_of(name: str, *statuses: str) -> QuestionResult:
    """A question whose tests have these statuses."""
    return question_result(name, tuple(TestResult(f"t{i}", Status(s), float(s == "passed"), 1.0, "") for i, s in enumerate(statuses)))


@pytest.mark.parametrize(
    ("name", "forbidden", "line"),
    [("solve", "np.linalg", 2), ("solve", "numpy.linalg.solve", 2), ("grad", "torch.autograd", 2), ("other", "np.linalg", 2),
     ("third", "np.linalg.inv", 1), ("solve", "np.linalg.inv", 0), ("solve", "np.lin", 0), ("Value.go", "np.linalg", 0),
     ("missing", "np.linalg", 0)],
)  # fmt: skip
def test_a_forbidden_name_costs_its_question(name: str, forbidden: str, line: int) -> None:
    """Renamed imports are followed; a longer name or another function is not meant."""
    (result,) = without_forbidden((result_of(name, "passed", "not_attempted"),), [Question(name, forbidden=(forbidden,))], CELLS)
    if line:
        assert (result.status, result.score) == ("forbidden", 0.0)
        assert f"`{forbidden}`" in result.tests[0].message and f"line {line}." in result.tests[0].message
        assert result.tests[1].status == "not_attempted"
    else:
        assert result.score == 1.0


@pytest.mark.parametrize(
    "source",
    ["from numpy.linalg import inv as solve", "if True:\n    def solve(a):\n        return np.linalg.inv(a)", "solve = np.linalg.inv",
     "try:\n    pass\nexcept ValueError:\n    solve = np.linalg.inv", "def solve(a): np.linalg.norm.x.y.z.u.v.w.t.s.r",
     "solve = 1\n" + "x = 1\n" * 40_000],
)  # fmt: skip
def test_a_forbidden_name_is_found_however_the_answer_is_defined(source: str) -> None:
    """An import, a branch, an assignment; and a cell that is too long to be looked through is refused."""
    (result,) = without_forbidden((result_of("solve", "passed"),), [Question("solve", forbidden=("np.linalg",))], [(1, source)])
    assert result.status == "forbidden" and "cell 1" in result.tests[0].message


ONE_CELL = """import numpy as np
def helper(a):
    return np.linalg.inv(a)
def free(a):
    return np.linalg.norm(a)
def solve(a):
    return twice(a)
def twice(a):
    return helper(helper(a))
class Chain:
    def go(self): return 1
Chain.stop = lambda self: np.linalg.norm(self)
"""


@pytest.mark.parametrize(("name", "line"), [("solve", 3), ("free", 5), ("helper", 3), ("Chain.stop", 12)])
def test_a_forbidden_name_counts_in_what_the_answer_uses_of_its_cell(name: str, line: int) -> None:
    """In a notebook of one cell, an answer is not refused for what another answer uses."""
    asked = [Question(name, forbidden=("np.linalg",))]
    (result,) = without_forbidden((result_of(name, "passed"),), asked, [(1, ONE_CELL)])
    assert result.tests[0].message.endswith(f"it is in cell 1, line {line}.")
    clean = ONE_CELL.replace("helper(helper(a))", "a")
    (result,) = without_forbidden((result_of("solve", "passed"),), [Question("solve", forbidden=("np.linalg",))], [(1, clean)])
    assert result.score == 1.0


def test_an_endless_loop_is_found_in_the_source() -> None:
    """The cell, the line and the `while` of a function or method that did not end."""
    assert loop_in(CELLS, "Value(3).go()") == "`go` is in cell 4, line 2; does the `while` in line 3 ever end?"
    assert loop_in(CELLS, "forever()") == "`forever` is in cell 8, line 1: does it ever end?"
    assert loop_in(CELLS, "nowhere()") == loop_in(CELLS, "") == loop_in([(1, "f = 3")], "f(1)") == ""


DIAGNOSED = Diagnosed("01_x", "wrong/a", ("sign",), (("q", "the sign | is flipped"),))


def test_a_diagnosis_is_compared_with_what_the_variant_declares(tmp_path: Path) -> None:
    """Given, none and wrong; a correct variant must not be told anything."""
    assert DIAGNOSED.verdict == GIVEN and not DIAGNOSED.unread
    assert replace(DIAGNOSED, expected=None).unread
    assert replace(DIAGNOSED, expected=("factor",)).verdict == WRONG
    assert replace(DIAGNOSED, expected=()).verdict == WRONG
    assert replace(DIAGNOSED, told=()).verdict == WRONG
    assert replace(DIAGNOSED, told=(), expected=None).verdict == NONE
    assert replace(DIAGNOSED, problem="the sandbox is gone").verdict == WRONG
    for text, words in (("Diagnosis: a\nDiagnosis: b\nLoses: q", ("a", "b")), ("Diagnosis: none\nLoses: q", ()), ("Loses: q", None)):
        (tmp_path / "v.py").write_text(f'"""V.\n\n{text}\n"""\n')
        assert declared_words(Exercise("01_x", tmp_path), "v") == words
    assert declared_words(Exercise("01_x", tmp_path), "correct/v") == ()


def test_the_table_of_diagnoses_has_a_row_a_variant() -> None:
    """Figures by exercise, and each variant with its sentences, in Markdown that a pipe does not break."""
    found = [DIAGNOSED, Diagnosed("01_x", "wrong/b", None, ()), Diagnosed("02_y", "correct/c", (), ())]
    page = diagnosis_report(found)
    assert "| `a` | `q` | the sign \\| is flipped | given |" in page and "| `b` |  |  | none |" in page
    assert diagnosis_tally(found) in page and "| all | 2 | 1 | 1 | 0 | 50 % | 1 | 0 |" in page
    failed = question_result("q", (TestResult("t", Status.FAILED, 0, 1, "", "m", "d"), TestResult("u", Status.CRASHED, 0, 1, "", "n")))
    assert diagnoses_in([failed, failed]) == (("q", "d"),)


def test_the_audit_of_diagnoses_grades_every_variant(tmp_path: Path, forkserver: ForkServer) -> None:
    """A small course with a right and two wrong variants: one is told what it declares, the other something else."""
    from shutil import copytree

    copytree(COURSE, tmp_path / "course")
    folder = tmp_path / "course" / "solutions" / "01_double"
    (folder / "correct").mkdir()
    (folder / "wrong").mkdir()
    (folder / "correct" / "same.py").write_text("\n# %%\n".join([DOUBLE, COUNTER, APPLY]))
    half = "Half.\n\n    Diagnosis: {}\n    Loses: double\n    "
    for name, words in (("none", "forget `return`"), ("other", "the sign")):
        (folder / "wrong" / f"{name}.py").write_text(textwrap.dedent(f'"""{half.format(words)}"""\ndef double(x):\n    2 * x\n'))
    found = {one.variant: one.verdict for one in diagnoses_audit(Course(tmp_path / "course"), [], 1, lambda n: None)}
    assert found == {"correct/same": NONE, "wrong/none": GIVEN, "wrong/other": WRONG}


def test_a_name_error_in_the_sandbox_offers_the_notebooks_own_name(forkserver: ForkServer) -> None:
    """The names are asked of the worker in which the call failed."""
    with opened(forkserver, ["def sigmoid(x):\n    return x\n\ndef f(x):\n    return sigmod(x)"]) as (student, _):
        with pytest.raises(Crashed) as caught:
            student.f(1)
        assert "sigmoid" in undefined(caught.value.text, student._request(["names"], "names"))


def test_the_command_says_what_is_wrong_and_writes_the_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`grader audit --diagnoses --report` prints each wrong one, writes the page, and exits with 1."""
    from click.testing import CliRunner

    import grader.authoring.diagnoses_audit
    from grader.cli.main import main

    (tmp_path / "solutions").mkdir()
    for found, code in (([DIAGNOSED], 0), ([DIAGNOSED, replace(DIAGNOSED, expected=("factor",))], 1)):

        def run(course: Course, slugs: list[str], jobs: int | None, done: Any, found: list[Diagnosed] = found) -> list[Diagnosed]:
            done(len(found))
            return found

        monkeypatch.setattr(grader.authoring.diagnoses_audit, "diagnoses_audit", run)
        result = CliRunner().invoke(main, ["audit", "--diagnoses", "--course", str(tmp_path), "--report", str(tmp_path / "d.md")])
        assert result.exit_code == code, result.output
        assert ("told the sign" in result.output) == bool(code)
        assert (tmp_path / "d.md").read_text(encoding="utf-8") == diagnosis_report(found)


def test_no_variants_is_said_in_one_line(tmp_path: Path) -> None:
    """A course without wrong or correct variants cannot be audited so."""
    with pytest.raises(GraderError, match="no variants"):
        diagnoses_audit(Course(tmp_path), [], 1, lambda n: None)


def test_grading_and_checking_refuse_a_forbidden_name(tmp_path: Path, forkserver: ForkServer) -> None:
    """The question has no points in both, the others keep theirs, and the message names the line."""
    from shutil import copytree

    from grader.engine.selfcheck import check
    from grader.engine.submission import Submission
    from grader.suite.session import SuiteSession

    copytree(COURSE, tmp_path / "course")
    exercise = Course(tmp_path / "course").exercises["01_double"]
    toml = exercise.folder / "exercise.toml"
    toml.write_text(toml.read_text().replace('name = "double"', 'name = "double"\nforbidden = ["np.multiply"]', 1))
    exercise = Course(tmp_path / "course").exercises["01_double"]
    answer = "import numpy as np\n\ndef double(x):\n    return np.multiply(2, x)"
    notebook = exercise.folder / "mine.py"
    notebook.write_text("\n# %%\n".join([answer, COUNTER, APPLY]))
    suite = SuiteSession(exercise.hidden_suite)
    try:
        report = judge_of(exercise, suite, forkserver).grade(Submission("ada", "01_double", notebook))
    finally:
        suite.close()
    for questions in (report.questions, check(notebook, None).questions):
        found = {question.name: question for question in questions}
        assert found["double"].status == "forbidden" and found["double"].score == 0.0
        assert "`np.multiply` may not be used" in found["double"].tests[0].message
        assert {question.status for name, question in found.items() if name != "double"} <= {"passed"}
    assert report.score == 2.0
