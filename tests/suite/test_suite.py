"""The vocabulary of a suite: what passes, what fails, with which sentence, and that our own failures are no zeros."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from grader.core.errors import GraderError, OurFailure
from grader.core.report import QuestionResult, Status, TestResult
from grader.core.scoring import question_result, total
from grader.engine.local import LocalChannel
from grader.sandbox.inside.shell import make_shell
from grader.suite import (
    Mismatch,
    array,
    boolean,
    close,
    expect_error,
    gradcheck,
    not_attempted,
    pair,
    pure,
    question,
    scalar,
    torch_function,
)
from grader.suite.exceptions import Crashed, NotAttempted
from grader.suite.remote_student import Student
from grader.suite.session import SuiteSession

NOTEBOOK = """
import numpy as np
class Thing: pass
state = []
def nothing(x): pass
def twice(x): return 2 * x
def spoil(x):
    x += 1
    return x.sum()
def moody(x):
    state.append(x)
    return len(state)
def strict(x):
    if x < 0: raise ValueError('negative')
    if x == 0: raise ZeroDivisionError('zero')
    return x
def thing(): return Thing()
def square(x): return x ** 2
def square_back(u, x): return 2 * x * u
def wrong_back(u, x): return 3 * x * u
"""


@pytest.fixture(scope="module")
def shell() -> Any:
    """A namespace of this process with the functions above."""
    made = make_shell()
    exec(compile(NOTEBOOK, "<cell 1>", "exec"), made.user_ns)
    return made


@pytest.fixture
def student(shell: Any) -> Iterator[Student]:
    """The namespace, asked over frames."""
    yield Student(LocalChannel(shell))


def complaint(got: Any, want: Any, **options: Any) -> Mismatch:
    """The mismatch between two values."""
    with pytest.raises(Mismatch) as caught:
        close(got, want, **options)
    return caught.value


@pytest.mark.parametrize(
    ("got", "want"),
    [(2, 2.0), (np.float32(0.5), 0.5), ([1, 2], np.array([1.0, 2.0])), (np.array(3), 3), (True, 1), (1.0 + 1e-9, 1.0),
     (math.inf, math.inf), (np.zeros((0, 3)), np.zeros((0, 3))), (((1, 2), (3, 4)), [[1, 2], [3, 4]])],
    ids=lambda value: repr(value)[:20],
)  # fmt: skip
def test_close_accepts_the_same_numbers_in_any_form(got: Any, want: Any) -> None:
    """Python numbers, NumPy scalars, lists and arrays of the same shape agree."""
    close(got, want)


@pytest.mark.parametrize(
    ("got", "want"),
    [(1.0, 2.0), (math.nan, 1.0), (math.inf, 1.0), (-math.inf, math.inf), ([1.0], 1.0), (1.0, [1.0]), (np.zeros(0), 0.0),
     ("2", 2.0), (2j, 2.0), ({}, 0.0), (b"2", 2.0), ([[1], [1, 2]], [[1.0, 1.0]]), (10**400, 1.0), ([None], [0.0]),
     (np.zeros((0, 3)), np.zeros((3, 0)))],
    ids=lambda value: repr(value)[:20],
)  # fmt: skip
def test_close_refuses_everything_else_with_a_mismatch(got: Any, want: Any) -> None:
    """Other values, other shapes and what is no number at all are mismatches, never another exception."""
    assert str(complaint(got, want))


@pytest.mark.parametrize(("got", "want"), [(5.0, math.inf), (1.0, math.nan), ([1.0, 7.0], [1.0, math.inf])])
def test_a_finite_answer_is_not_taken_for_an_infinite_one(got: Any, want: Any) -> None:
    """Where infinity or not-a-number is expected, an ordinary number is a mismatch."""
    assert str(complaint(got, want))


def test_a_column_is_not_a_vector() -> None:
    """(5, 1) against (5,) names both shapes and the extra axis, instead of broadcasting."""
    error = complaint(np.ones((5, 1)), np.ones(5))
    assert "(5, 1)" in str(error) and "(5,)" in str(error)
    assert "extra axis" in error.diagnosis
    complaint(np.ones(5), np.ones((5, 1)))


def test_nan_is_named_with_its_place() -> None:
    """The index of the first entry that is not a number is in the sentence."""
    error = complaint([[0.0, 1.0], [math.nan, 1.0]], np.ones((2, 2)) - np.eye(2))
    assert "nan" in str(error) and "[1, 0]" in str(error)


def test_none_is_taken_for_a_forgotten_return() -> None:
    """None instead of numbers or a pair asks for `return`."""
    assert "`return`" in complaint(None, 1.0).diagnosis
    with pytest.raises(Mismatch) as caught:
        pair(None)
    assert "`return`" in caught.value.diagnosis


@pytest.mark.parametrize(
    ("change", "words"),
    [(lambda w: w.T, "transpose"), (lambda w: -w, "sign"), (lambda w: 2 * w, "2×"), (lambda w: w / 2, "half"),
     (lambda w: 3 * w, "3×"), (lambda w: w / 3, "1/3"), (lambda w: 0 * w, "0"), (lambda w: w + 1, "off by one")],
    ids=["transposed", "sign", "double", "half", "sum", "mean-twice", "zero", "own-mistake"],
)  # fmt: skip
def test_a_known_mistake_is_named(change: Any, words: str) -> None:
    """Transposed, flipped, scaled and zero answers, and the exercise's own misconceptions, have a diagnosis."""
    want = np.array([[1.0, 2.0, 3.5], [-4.0, 5.0, 6.25], [7.0, -8.0, 9.0]])
    assert words in complaint(change(want), want, mistakes={"off by one": want + 1}).diagnosis


def test_the_shape_of_the_transpose_is_named() -> None:
    """(3, 2) against (2, 3) speaks of swapped axes."""
    assert "transpose" in complaint(np.ones((3, 2)), np.ones((2, 3))).diagnosis


def test_no_mistake_is_named_where_none_fits_every_entry() -> None:
    """A single entry that does not fit silences the diagnosis, and so does an answer of zeros that are wanted."""
    want = np.array([1.0, 2.0, 3.0])
    assert complaint([-1.0, -2.0, 3.0], want).diagnosis == ""
    assert complaint([1.0, 0.0], np.zeros(2)).diagnosis == ""
    assert complaint(2.5, 1.0, mistakes={"wrong": 2.0}).diagnosis == ""


def test_the_worst_entry_and_the_number_of_wrong_ones_are_reported() -> None:
    """The sentence names the index, both values and how many entries differ."""
    text = str(complaint([1.0, 2.5, 9.0], [1.0, 2.0, 3.0], what="y"))
    assert text.startswith("y: ") and "[2]" in text and "9" in text and "expected 3" in text and "2 of 3" in text


def test_scalar_and_array_insist_on_their_shape() -> None:
    """A number is a number and a shape is a shape."""
    assert scalar(np.array(2)) == 2.0
    assert array([[1, 2]], (1, 2)).dtype == np.float64
    for wrong in ([2.0], None, "2", np.zeros((1, 1))):
        with pytest.raises(Mismatch):
            scalar(wrong)
    with pytest.raises(Mismatch, match=r"\(2, 1\)"):
        array([[1, 2]], (2, 1))


def test_boolean_takes_truth_in_every_form_and_nothing_else() -> None:
    """Bools, ints and floats of 0 and 1 are good; 0.5, wrong truth and text are not."""
    for good in ([True, False], [1, 0], [1.0, 0.0], np.array([True, False])):
        boolean(good, [True, False])
    for bad in ([0.5, 0], [False, False], [2, 0], "10", None, [True], [math.nan, 0]):
        with pytest.raises(Mismatch):
            boolean(bad, [True, False])


def test_pair_gives_the_parts_of_tuples_lists_and_stacked_arrays() -> None:
    """Two parts are two parts, and any other number is named."""
    assert pair((1, 2)) == (1, 2) and pair([1, 2, 3], 3) == (1, 2, 3)
    assert pair(np.array([[1, 2], [3, 4]]))[1].tolist() == [3, 4]
    for bad in (1.0, (1,), (1, 2, 3), "ab", {}, np.array(1.0), np.zeros(3), [], np.zeros(0)):
        with pytest.raises(Mismatch):
            pair(bad)


def test_pure_gives_the_answer_of_a_function_that_leaves_its_input_alone(student: Student) -> None:
    """The answer comes through when nothing is changed and the second answer agrees."""
    assert pure(student.twice, np.arange(3.0)).tolist() == [0.0, 2.0, 4.0]


def test_pure_finds_changed_inputs_and_irreproducible_answers(student: Student) -> None:
    """Changing the argument in place, and counting calls, are told apart."""
    with pytest.raises(Mismatch, match="changed its input") as caught:
        pure(student.spoil, np.arange(3.0))
    assert "copy" in caught.value.diagnosis
    with pytest.raises(Mismatch, match="two different answers"):
        pure(student.moody, 1.0)


def test_expect_error_accepts_the_named_exceptions_and_no_others(student: Student) -> None:
    """The right exception passes, another is the crash that it is, and an answer is a mismatch."""
    expect_error(student.strict, -1)
    expect_error(student.strict, 0, kinds=("ArithmeticError",))
    with pytest.raises(Crashed):
        expect_error(student.strict, 0)
    with pytest.raises(Mismatch, match="ValueError"):
        expect_error(student.strict, 1)


def test_an_object_where_numbers_are_expected_is_named_by_its_type(student: Student) -> None:
    """A handle is never compared, alone or in a list."""
    assert "Thing" in str(complaint(student.thing(), 1.0))
    complaint([student.thing()], [1.0])
    with pytest.raises(Mismatch):
        pair(student.thing())


def test_gradcheck_tells_a_right_backward_from_a_wrong_one(student: Student) -> None:
    """A pair of the student's functions is judged by torch's own gradcheck."""
    x = torch.tensor([0.5, -1.5], dtype=torch.float64, requires_grad=True)
    gradcheck(torch_function(student.square, student.square_back), (x,))
    with pytest.raises(Mismatch, match="numerical"):
        gradcheck(torch_function(student.square, student.wrong_back), (x,))


def test_not_attempted_and_points_say_what_they_mean() -> None:
    """A question is not attempted without reproach, and has a positive number of points."""
    with pytest.raises(NotAttempted):
        not_attempted()
    with pytest.raises(ValueError, match="positive"):
        question("nothing", points=0)


HEADER = "import numpy as np\nfrom grader.core.errors import OurFailure\nfrom grader.suite import close, question\n"


def run_suite(folder: Path, shell: Any, *tests: str) -> dict[str, QuestionResult]:
    """The results of a suite made of the given test bodies, one question each: q0, q1, …"""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    text = HEADER + "".join(
        f"\n@question('q{i}')\ndef test_{i}(student, rng):\n    '''Sentence {i}.'''\n    {body}\n" for i, body in enumerate(tests)
    )
    (folder / "test_hidden.py").write_text(text)
    session = SuiteSession(folder / "test_hidden.py")
    try:
        return {result.name: result for result in session.run(Student(LocalChannel(shell)), "seed")}
    finally:
        session.close()


def test_our_own_failure_is_never_a_zero(tmp_path: Path, shell: Any) -> None:
    """A mistake in the suite leaves its question open, says whose fault it is, and leaves the others alone."""
    faults = ["misspelt", "raise OurFailure('worker')", "import no_such_module", "raise OSError('disk')", "raise MemoryError", "raise SystemExit(0)"]  # fmt: skip
    results = run_suite(tmp_path, shell, "close(student.twice(2), 4)", *faults, "close(student.twice(2), 4)")
    for number in range(1, len(faults) + 1):
        result = results[f"q{number}"]
        assert (result.score, result.status) == (None, "ungraded"), faults[number - 1]
        assert "our failure, not yours" in result.tests[0].message
    assert results["q0"].score == results[f"q{len(faults) + 1}"].score == 1.0
    assert total(tuple(results.values())) is None


SQUARE = "got = student.square(np.arange(3.0)); "


@pytest.mark.parametrize(
    "body",
    [
        "x = np.zeros(3)[7]; student.twice(2)",
        "student.twice(2); np.zeros(3)[7]",
        "close(student.twice(2), np.zeros(3)[7])",
        SQUARE + "want = np.zeros(2) + np.zeros(3); close(got, want)",
        SQUARE + "array(got, (3,)); np.zeros(3)[7]",
        SQUARE + "total = 0\n    for number in array(got, (3,)): total += number / 0 if total else {}['want']",
        "thing = student.thing(); thing.value.value() if False else 1 / 0",
        SQUARE + "undefined_helper.want",
        "student.state.value(); [].pop()",
        "close(student.twice(2), want=4, tolerance=1)",
    ],
)
def test_an_exception_of_the_tests_own_is_ungraded_whatever_was_answered(tmp_path: Path, shell: Any, body: str) -> None:
    """Before an answer, after it, in the same line, after a check: another answer would not have helped."""
    result = run_suite(tmp_path, shell, f"from grader.suite import array\n    {body}")["q0"]
    assert (result.score, result.status) == (None, "ungraded"), result.tests[0].message
    assert re.search(r"our failure, not yours: \w+: .* \(test_hidden.py, line \d+\)$", result.tests[0].message)


@pytest.mark.parametrize(
    "body",
    [
        "student.nothing(1)[0]",
        "student.nothing(1) + 1",
        "student.nothing(1).total()",
        SQUARE + "got[7]",
        SQUARE + "got['a']",
        SQUARE + "float(got)",
        SQUARE + "a, b = got",
        "student.twice(2).shape[0]",
        "len(student.twice(2))",
        "student.twice('a') + 1",
        SQUARE + "np.linalg.inv(got)",
        SQUARE + "np.linalg.inv(np.outer(array(got, (3,)), got))",
        "range(3)[student.twice(2)]",
        "int(scalar(student.twice(float('nan'))))",
        "layers = scalar(student.twice(float('inf'))); assert layers >= 1 and layers == int(layers), 'A whole number.'",
        "(lambda r: [r.keys()])(student.twice(2))",
    ],
)
def test_an_exception_that_another_answer_would_have_avoided_is_the_answers(tmp_path: Path, shell: Any, body: str) -> None:
    """The wrong type, length or number: it fails, and is not a matter for a person to look at."""
    result = run_suite(tmp_path, shell, f"from grader.suite import array, scalar\n    {body}")["q0"]
    assert (result.score, result.status) == (0.0, "failed"), result.tests[0].message
    assert "the answer could not be used" in result.tests[0].message


def test_trying_other_answers_asks_the_notebook_nothing(tmp_path: Path, shell: Any) -> None:
    """What an object remembers is as the test has left it."""
    shell.user_ns["state"].clear()
    run_suite(tmp_path, shell, "student.moody(1); close(student.moody(1), np.zeros(3)[7])")
    assert len(shell.user_ns["state"]) == 2


def test_an_answer_that_a_fixture_holds_is_still_an_answer(tmp_path: Path, shell: Any) -> None:
    """It was asked for in another test, for instance a network that is trained once."""
    text = "import pytest\n@pytest.fixture(scope='session')\ndef made(student):\n    return student.nothing(1)\n"
    tests = "".join(f"@question('q{n}')\ndef test_{n}(student, made):\n    made + 1\n" for n in range(2))
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    (tmp_path / "test_hidden.py").write_text(HEADER + text + tests)
    session = SuiteSession(tmp_path / "test_hidden.py")
    assert [result.status for result in session.run(Student(LocalChannel(shell)), "seed")] == ["failed", "failed"]
    session.close()


def test_the_students_failures_have_a_status_and_the_call_in_words(tmp_path: Path, shell: Any) -> None:
    """Failed, crashed and not attempted tests read as sentences with the call that was made."""
    results = run_suite(
        tmp_path, shell, "close(student.twice(3.0), 7)", "student.strict(-1)", "student.missing(1)", "close(student.nothing(1), 1)"
    )
    assert [result.status for result in results.values()] == ["failed", "crashed", "not_attempted", "failed"]
    messages = [result.tests[0].message for result in results.values()]
    assert "You called `twice(3)`" in messages[0] and "expected 7" in messages[0]
    assert "negative" in messages[1] and "cell 1" in messages[1]
    assert "missing" in messages[2]
    assert "`return`" in results["q3"].tests[0].diagnosis
    assert [result.tests[0].summary for result in results.values()] == [f"Sentence {n}." for n in range(4)]


def test_an_exception_of_the_students_own_is_not_taken_for_a_missing_name(tmp_path: Path, shell: Any) -> None:
    """A LookupError raised inside a function that exists is a crash."""
    shell.user_ns["looks"] = eval("lambda x: (_ for _ in ()).throw(LookupError('inner'))")
    assert run_suite(tmp_path, shell, "student.looks(1)")["q0"].status == "crashed"


def test_the_random_inputs_depend_on_the_seed_alone(tmp_path: Path, shell: Any) -> None:
    """The same seed draws the same numbers, test by test."""
    body = "assert False, repr(rng.normal())"
    first, second = (run_suite(tmp_path, shell, body, body) for _ in range(2))
    assert first == second
    assert first["q0"].tests[0].message != first["q1"].tests[0].message


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("def test(:", ", line 1: cannot be collected (SyntaxError: invalid syntax); correct it"),
        ("\nclose", ", line 2: cannot be collected (NameError: name 'close' is not defined); correct it"),
        ("import no_such_module.part", ", line 1: these tests need no_such_module, which is not installed; install it: pip install no_such_module"),
        ("x = 1", ": it has no tests; write functions whose names begin with test_, each with @question"),
        ("x = 1\ndef test_one(student):\n    pass", ", line 2: test_one has no @question; say what it belongs to: @question(NAME, points=…)"),
        ("raise SystemExit(3)", ", line 1: cannot be collected (SystemExit: 3); correct it"),
        ("import pytest\npytest.exit('enough')", ", line 2: cannot be collected (Exit: enough); correct it"),
        ("from grader.suite import question\n@question('f', points=0)\ndef test_f(student): pass",
         ", line 2: cannot be collected (ValueError: question f: points must be positive, not 0); correct it"),
        ("open('/no/such/file')", ", line 1: cannot be collected (FileNotFoundError: [Errno 2] No such file or directory: '/no/such/file'); correct it"),
        ("x = 1\nwhile True: pass", ", line 2: cannot be collected (TimeoutError: it takes more than 1 s); correct it"),
    ],
    ids=["syntax", "name", "module", "empty", "no-question", "exit", "pytest-exit", "points", "file", "endless"],
)
def test_a_suite_that_cannot_be_collected_is_the_instructors_error(
    tmp_path: Path, text: str, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line with the path, the line in the file and the reason, and the session is closed."""
    monkeypatch.setattr("grader.suite.session.COLLECTING_S", 1.0 if "while" in text else 60.0)
    path = tmp_path / "test_hidden.py"
    path.write_text(f"{text}\n")
    with pytest.raises(GraderError) as caught:
        SuiteSession(path)
    assert str(caught.value) == f"{path}{problem}"


def test_a_suite_that_is_not_there_is_the_instructors_error(tmp_path: Path) -> None:
    """One line with the path."""
    with pytest.raises(GraderError, match=r"test_hidden\.py: file or directory not found"):
        SuiteSession(tmp_path / "test_hidden.py")


def test_a_test_that_ends_pytest_is_our_failure(tmp_path: Path, shell: Any) -> None:
    """No student gets a zero for it."""
    with pytest.raises(OurFailure, match="the judge broke: Exit: enough"):
        run_suite(tmp_path, shell, "import pytest; pytest.exit('enough')")


def test_ctrl_c_ends_a_check_in_this_process(tmp_path: Path, shell: Any) -> None:
    """Even while a function of the notebook's is running."""
    shell.user_ns["interrupted"] = eval("lambda: (_ for _ in ()).throw(KeyboardInterrupt)")
    with pytest.raises(KeyboardInterrupt):
        run_suite(tmp_path, shell, "student.interrupted()")


def test_a_question_is_as_good_as_its_tests() -> None:
    """One ungraded test opens the question, one failure costs its points, and all must pass to pass."""

    def result(status: str) -> TestResult:
        return TestResult("t", Status(status), 1.0 if status == "passed" else 0.0, 1.0, "")

    assert question_result("q", (result("passed"), result("ungraded"))).score is None
    mixed = question_result("q", (result("passed"), result("timed_out"), result("not_attempted")))
    assert (mixed.score, mixed.max_score, mixed.status) == (1.0, 3.0, "timed_out")
    assert question_result("q", (result("passed"), result("passed"))).status == "passed"
