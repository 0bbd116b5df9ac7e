"""`check` and `hint` inside a notebook: the visible tests on its live objects, shown below the cell.

Nothing is executed again: the suite's thread asks, and the notebook's own functions answer in the thread of
its cells. A mistake of the student's, such as a misspelt question, is a sentence and never a traceback.
"""

from __future__ import annotations

import contextlib
import difflib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from grader.core.course import Course, Exercise, nearest, open_course
from grader.core.errors import GraderError
from grader.core.report import QuestionResult, Status
from grader.student.check_output import (
    CheckOutput,
    hint_shown,
    hints_shown,
    question_shown,
    questions_shown,
    sentence_shown,
)
from grader.student.hints import hints_seen, next_hint
from grader.student.live import LiveChannel
from grader.student.picture import picture
from grader.suite.remote_student import Student
from grader.suite.session import SuiteSession

UPLOAD = (
    "the visible tests are not here: put test_visible.py and exercise.toml of this exercise beside the notebook"
    " (in Colab, upload both under the folder icon on the left), then run this cell again"
)


@dataclass(eq=False, repr=False)
class Feedback:
    """What `check` or `hint` found. It is true if all that was asked for passed; `questions` has the results.

    In Jupyter it is shown at once, also in the middle of a cell; as the last expression of that cell it is
    not shown again.
    """

    shown: CheckOutput
    passed: bool = False
    questions: tuple[QuestionResult, ...] = ()
    _shown_in: Any = field(default=None, init=False)

    def __bool__(self) -> bool:
        return self.passed

    def __repr__(self) -> str:
        return self.shown.text

    def _repr_html_(self) -> str:
        return self.shown.html

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": self.shown.text, "text/html": self.shown.html}

    def _ipython_display_(self) -> None:
        shell = _ipython()
        now = getattr(shell, "execution_count", None)
        if shell is not None and self._shown_in == now:
            self._shown_in = None
            return
        self._show(now)

    def _show(self, cell: Any) -> None:
        from IPython.display import display

        display(self._repr_mimebundle_(), raw=True)
        self._shown_in = cell


@dataclass(frozen=True)
class Place:
    """An exercise, and the course in whose folder its hints are remembered."""

    course: Course
    exercise: Exercise


class Suites:
    """The suites of this kernel, collected once each, and again when the file has changed."""

    def __init__(self) -> None:
        self._warm: dict[Path, tuple[int, SuiteSession]] = {}
        self._busy = False

    def get(self, path: Path) -> SuiteSession:
        """The warm session of the suite at `path`.

        Raises:
            GraderError: it cannot be collected.
        """
        changed = path.stat().st_mtime_ns
        known = self._warm.pop(path, None)
        if known is not None and known[0] != changed:
            known[1].close()
            known = None
        self._warm[path] = known or (changed, SuiteSession(path))
        return self._warm[path][1]

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """One check at a time.

        Raises:
            GraderError: a function that is being checked has called `check`.
        """
        if self._busy:
            raise GraderError("a check is running already: take the call of check out of your function")
        self._busy = True
        try:
            yield
        finally:
            self._busy = False


SUITES = Suites()  # as long-lived as the kernel


def check(question: Any = None) -> Feedback:
    """Run the visible tests of a question on what the notebook has defined; without one, those of every
    question.

    Args:
        question: its name, or the function itself: `check("sigmoid_grad")`, `check(sigmoid_grad)`.
    """
    return _shown(_check, question, _shell(sys._getframe(1).f_globals))


def hint(question: Any = None) -> Feedback:
    """The next hint for a question, from a nudge to nearly the answer; without one, where hints are left.

    Args:
        question: its name, or the function itself: `hint("sigmoid_grad")`, `hint(sigmoid_grad)`.
    """
    return _shown(_hint, question, _shell(sys._getframe(1).f_globals))


def register(ipython: Any) -> None:
    """`%check [QUESTION]` and `%hint [QUESTION]`, for `%load_ext grader`."""

    def named(line: str) -> str | None:
        return line.strip().strip("\"'") or None

    ipython.register_magic_function(lambda line: _shown(_check, named(line), ipython), "line", "check")
    ipython.register_magic_function(lambda line: _shown(_hint, named(line), ipython), "line", "hint")


def _shown(work: Any, question: Any, shell: Any) -> Feedback:
    try:
        feedback: Feedback = work(question, shell)
    except GraderError as problem:
        feedback = Feedback(sentence_shown(str(problem)))
    if _ipython() is not None:
        feedback._show(shell.execution_count if hasattr(shell, "execution_count") else None)
    return feedback


def _check(question: Any, shell: Any) -> Feedback:
    name = _name_of(question, shell.user_ns)
    place = find_exercise(name, *_surroundings(shell.user_ns))
    channel = LiveChannel(shell)

    def run() -> tuple[SuiteSession, tuple[QuestionResult, ...]]:
        session = SUITES.get(place.exercise.visible_suite)
        asked = list(dict.fromkeys(test[1] for test in session.tests))
        only = frozenset(
            [nearest(name, asked, f"question in {place.exercise.slug}")] if name is not None else []
        )
        return session, session.run(Student(channel), "self-check", only=only)

    with SUITES.alone():
        session, questions = channel.serve(run)
    passed = all(each.status == Status.PASSED for each in questions)
    if name is None:
        unfinished = next((each.name for each in questions if each.status != Status.PASSED), None)
        step = f'`check("{unfinished}")`' if unfinished else ""
        return Feedback(questions_shown(_title(place.exercise), questions, step), passed, questions)
    pictures = {test: picture(*arrays) for test, arrays in session.plugin.compared.items()}
    step = "" if passed else _hint_left(place, questions[0].name)
    return Feedback(question_shown(questions[0], pictures, step), passed, questions)


def _hint(question: Any, shell: Any) -> Feedback:
    name = _name_of(question, shell.user_ns)
    place = find_exercise(name, *_surroundings(shell.user_ns))
    if name is None:
        return Feedback(hints_shown(_title(place.exercise), hints_seen(place.course, place.exercise)), True)
    found = next_hint(place.course, place.exercise, name)
    name = nearest(name, place.exercise.question_names, "question")
    if not found.remembered:
        note = "this folder cannot be written, so the same hint will come next time"
    else:
        note = (
            "that was the last one" if found.number == found.count else f'for the next one: `hint("{name}")`'
        )
    return Feedback(hint_shown(name, found.text, found.number, found.count, note), True)


def find_exercise(question: str | None, folder: Path, names: list[str]) -> Place:
    """The exercise that asks for `question`: the one in `folder`, or one of the course around it.

    Args:
        folder: where the notebook is.
        names: what the notebook or its folder is called; of several exercises the one with the nearest name
        is meant.

    Raises:
        GraderError: none asks for it, or several do and no name is near, or there is no suite.
    """
    courses = []
    for above in [folder, *folder.parents]:
        with contextlib.suppress(GraderError):
            courses.append(open_course(above))
            break
    found = [exercise for course in courses for exercise in (course.released or course.exercises).values()]
    known = {exercise.slug: exercise for exercise in found if exercise.visible_suite.exists()}
    if (folder / "test_visible.py").exists():
        own = known.get(folder.name)
        inside = own is not None and own.folder.resolve() == folder.resolve()
        return Place(courses[0] if inside else Course(folder), Exercise(folder.name, folder))
    if not known:
        raise GraderError(UPLOAD)
    asking = known
    if question is not None:
        per_exercise = {slug: exercise.question_names for slug, exercise in known.items()}
        asked = nearest(
            question, list(dict.fromkeys(name for some in per_exercise.values() for name in some)), "question"
        )
        asking = {slug: exercise for slug, exercise in known.items() if asked in per_exercise[slug]}
    if len(asking) > 1:
        close = [slug for name in names for slug in difflib.get_close_matches(name, list(asking), 1)]
        if not close:
            what = f"'{question}' is a question of {' and '.join(asking)}" if question else "which exercise?"
            raise GraderError(f"{what}: open the notebook in its own folder, beside its test_visible.py")
        return Place(courses[0], asking[close[0]])
    return Place(courses[0], next(iter(asking.values())))


def _surroundings(namespace: dict[str, Any]) -> tuple[Path, list[str]]:
    """The notebook's folder, and what it may be called: VS Code and Jupyter each say it in their own way."""
    told = [str(namespace.get("__vsc_ipynb_file__") or ""), os.environ.get("JPY_SESSION_NAME", "")]
    folder = Path(told[0]).parent if told[0] and Path(told[0]).parent.is_dir() else Path.cwd()
    return folder, [*(Path(path).stem for path in told if path), folder.name]


def _name_of(question: Any, namespace: dict[str, Any]) -> str | None:
    if question is None or isinstance(question, str):
        return question
    names = [str(getattr(question, name, "<")) for name in ("__qualname__", "__name__")]
    names += [key for key, value in namespace.items() if value is question and not key.startswith("_")]
    found = next((name for name in names if "<" not in name), None)
    if found is None:
        raise GraderError('write the name of the question in quotes, as in check("sigmoid_grad")')
    return found


def _hint_left(place: Place, question: str) -> str:
    """The call for a hint, unless the question has none."""
    try:
        seen, count = hints_seen(place.course, place.exercise).get(question, (0, 0))
    except GraderError:  # a suite without its exercise.toml can be checked all the same
        return ""
    left = f"{count - seen} of {count} hints left" if seen < count else "all hints seen"
    return f'`hint("{question}")` ({left})' if count else ""


def _title(exercise: Exercise) -> str:
    try:
        return exercise.title
    except GraderError:
        return exercise.slug


def _ipython() -> Any:
    """The shell of this kernel; None in a plain Python."""
    found = getattr(sys.modules.get("IPython"), "get_ipython", None)
    return found() if found else None


def _shell(namespace: dict[str, Any]) -> Any:
    return _ipython() or SimpleNamespace(user_ns=namespace)
