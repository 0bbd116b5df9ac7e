"""Before anything is graded or handed out: the tests are judged by the reference and by the stub.

Both are graded like a student's notebook, by the judges that grade the class. What has passed is not judged
again until a file of the exercise, or anything else that a verdict depends on, changes.
"""

import hashlib
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from grader.core.course import Course, Exercise
from grader.core.course_settings import Limits
from grader.core.errors import CourseError, OurFailure
from grader.core.files import cache_folder, path_from_here, write_atomically
from grader.core.notebook import UnreadableNotebook, notebook_in, read_bytes
from grader.core.points import points
from grader.core.report import QuestionResult, Status, TestResult
from grader.core.stub import BEGIN, END, stub_notebook
from grader.engine.judges import Backend, LocalBackend, grade_all
from grader.engine.submission import Submission
from grader.engine.suite_source import line_of, refuse_slips
from grader.engine.verdict_key import verdict_key
from grader.suite.blame import OUR_FAILURE

REFERENCE, STUB = "reference", "stub"
SEEDS = 5  # how often the reference is judged, each time with other random inputs
LIGHT = Limits().call_cpu_s  # an exercise whose calls may take longer trains, and is judged once
WHERE = re.compile(r" \(test_\w+\.py, line (\d+)\)$")  # at the end of what a report says of our own failure
HIDDEN, VISIBLE = "hidden", "visible"
Judged = dict[str, list[tuple[QuestionResult, ...]]]  # the results of the reference, and of the stub


def require_proof(course: Course, slugs: Iterable[str], open_backend: Callable[[], Backend]) -> None:
    """See that the hidden suites of these exercises give the reference full marks, and the stub none.

    Args:
        open_backend: gives the judges; called only if an exercise has not been judged as it is now.

    Raises:
        CourseError: the first exercise that cannot be graded, with file, line and remedy.
    """
    waiting = _waiting(course, slugs, HIDDEN)
    if not waiting:
        return
    judged: dict[str, Judged] = {exercise.slug: {REFERENCE: [], STUB: []} for exercise in waiting}
    with tempfile.TemporaryDirectory(prefix="gradbook-gate-") as folder:
        submissions = [one for exercise in waiting for one in _handed_in(exercise, Path(folder))]
        for submission, report in grade_all(submissions, course, open_backend()):
            if report.problem is not None:
                where = path_from_here(course.exercises[submission.exercise].notebook)
                raise CourseError(f"{where}: the {submission.student} could not be judged: {report.problem}")
            judged[submission.exercise][submission.student].append(report.questions)
    for exercise in waiting:
        _require_marks(exercise.hidden_suite, judged[exercise.slug])
        _remember(course, exercise, HIDDEN)


def require_visible_proof(
    course: Course, slugs: Iterable[str], open_backend: Callable[[], LocalBackend]
) -> None:
    """The same of the visible suites, before they are handed out.

    Raises:
        CourseError: the first exercise that cannot be handed out, with file, line and remedy.
    """
    for exercise in _waiting(course, slugs, VISIBLE):
        judge, judged = open_backend().judge(course, [exercise.slug]), Judged()
        for who, content in ((REFERENCE, _reference(exercise)), (STUB, stub_notebook(exercise).encode())):
            cells = notebook_in(content, ".ipynb").cells
            try:
                judged[who] = judge.judge_cells(exercise.slug, cells, [(VISIBLE, frozenset())])
            except OurFailure as failure:
                where = path_from_here(exercise.notebook)
                raise CourseError(f"{where}: the {who} could not be judged: {failure}") from None
        _require_marks(exercise.visible_suite, judged)
        _remember(course, exercise, VISIBLE)


def _waiting(course: Course, slugs: Iterable[str], kind: str) -> list[Exercise]:
    """The exercises that have not been judged as they are now, once their files have been read.

    Raises:
        CourseError: a file with a mistake.
    """
    exercises = [course.find(slug) for slug in sorted(set(slugs))]
    waiting = [exercise for exercise in exercises if not _is_known(course, exercise, kind)]
    for exercise in waiting:
        refuse_slips(exercise, exercise.hidden_suite if kind == HIDDEN else exercise.visible_suite)
        if not _is_marked(exercise) and kind == VISIBLE:
            raise CourseError(
                f"{path_from_here(exercise.notebook)}: no answer is marked, so students would get them all; "
                f"put each between '{BEGIN}' and '{END}'"
            )
    return waiting


def _is_marked(exercise: Exercise) -> bool:
    """Whether the reference has marks of solutions; what only looks like one is refused."""
    stub_notebook(exercise)
    return BEGIN.encode() in _reference(exercise)


def _reference(exercise: Exercise) -> bytes:
    try:
        return read_bytes(exercise.notebook)
    except UnreadableNotebook as problem:
        remedy = "an exercise needs its notebook with the solution"
        raise CourseError(f"{path_from_here(exercise.notebook)}: {problem}; {remedy}") from None


def _handed_in(exercise: Exercise, folder: Path) -> Iterator[Submission]:
    """The reference, several times with other content and so with other random inputs, and the stub."""
    seeds = SEEDS if exercise.limits.call_cpu_s <= LIGHT else 1
    reference = _reference(exercise)
    contents = [(REFERENCE, reference + b"\n" * seed) for seed in range(seeds)]
    if _is_marked(exercise):  # else there is no stub, and nothing to hand out
        contents.append((STUB, stub_notebook(exercise).encode()))
    for number, (who, content) in enumerate(contents):
        path = folder / f"{exercise.slug}-{number}.ipynb"
        path.write_bytes(content)
        yield Submission(who, exercise.slug, path)


def _require_marks(suite: Path, judged: Judged) -> None:
    """Refuse a suite by what it says of the reference and of the stub.

    Raises:
        CourseError: the reference loses something, or the stub earns something; with file, line and remedy.
    """
    runs = [[test for question in questions for test in question.tests] for questions in judged[REFERENCE]]
    for tests in zip(*runs, strict=True):
        if lost := [test for test in tests if test.status != Status.PASSED]:
            raise CourseError(_of_reference(suite, lost, len(tests)))
    for test in (test for questions in judged[STUB] for question in questions for test in question.tests):
        if test.status == Status.UNGRADED:
            raise CourseError(f"{_place(suite, test)} breaks on the stub: {_said(test)}; correct the test")
        if test.points > 0:
            raise CourseError(
                f"{_place(suite, test)} gives the stub {points(test.points)} of its points; "
                "see that it asks for an answer, and that the answer is between the marks of the notebook"
            )


def _of_reference(suite: Path, lost: Sequence[TestResult], runs: int) -> str:
    broken = [test for test in lost if test.status == Status.UNGRADED]
    test = (broken or lost)[0]
    often = f" in {len(lost)} of {runs} runs with other random inputs" if len(lost) < runs else ""
    what = "breaks on" if broken else "is not passed by"
    remedy = "correct the test" if broken else "correct the test or the solution"
    return f"{_place(suite, test)} {what} the reference{often}: {_said(test)}; {remedy}"


def _place(suite: Path, test: TestResult) -> str:
    """The test, with the line that broke or else the one where it begins."""
    broke = WHERE.search(test.message)
    line = broke[1] if broke else line_of(suite, test.name)
    return f"{path_from_here(suite)}, line {line}: {test.name}"


def _said(test: TestResult) -> str:
    """The first line of what the student would read."""
    first = test.message.removeprefix(OUR_FAILURE).split("\n")[0]
    line = " ".join(WHERE.sub("", first).split()).rstrip(".")
    return line if len(line) <= 200 else f"{line[:199]}…"


def _key(course: Course, exercise: Exercise, kind: str) -> str:
    """The key of verdicts by which the reference and the stub are judged, and what else they depend on."""
    digest = hashlib.sha256(f"{kind} {verdict_key(course, exercise.slug)}".encode())
    for path in (exercise.notebook, *([exercise.visible_suite] if kind == VISIBLE else [])):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _is_known(course: Course, exercise: Exercise, kind: str) -> bool:
    with suppress(OSError, RuntimeError):
        return (cache_folder() / "proofs" / _key(course, exercise, kind)).exists()
    return False


def _remember(course: Course, exercise: Exercise, kind: str) -> None:
    """Keep that it has passed; without a place to keep it, it is judged again the next time."""
    with suppress(OSError, RuntimeError):
        path = cache_folder() / "proofs" / _key(course, exercise, kind)
        write_atomically(path, f"{exercise.slug} {kind}\n", durable=False)
