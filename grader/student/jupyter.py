"""`check` and `hint` inside a notebook: the visible tests on its live objects, shown below the cell.

Nothing is executed again: the suite calls the notebook's own functions. A mistake of the student's, such as a
misspelt question, is a sentence and never a traceback.
"""

from __future__ import annotations

import contextlib
import difflib
import os
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from grader.core.course import Course, Exercise, open_course
from grader.core.errors import GraderError, nearest
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
from grader.suite.session import WarmSuites

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from grader.sandbox.inside.shell import Shell

SUITES = WarmSuites()  # as long-lived as the kernel
RUNNING = threading.Lock()
UPLOAD = (
    "the visible tests are not here: put test_visible.py and exercise.toml of this exercise next to the "
    "notebook (in Colab, upload both under the folder icon on the left), then run this cell again"
)


@dataclass(eq=False, repr=False)
class Feedback:
    """What `check` or `hint` says. It is true if all that was asked for passed; `questions` has the results.

    In Jupyter it is shown at once, also in the middle of a cell; as the last expression of that cell it is
    not shown again.
    """

    shown: CheckOutput
    passed: bool = False
    questions: tuple[QuestionResult, ...] = ()
    _shown_in: int | None = field(default=None, init=False)  # the number of the cell

    def __bool__(self) -> bool:
        return self.passed

    def __repr__(self) -> str:
        return self.shown.text

    def _repr_html_(self) -> str:
        return self.shown.html

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/plain": self.shown.text, "text/html": self.shown.html}

    def _ipython_display_(self) -> None:
        shell = _ipython()
        if shell is not None and self._shown_in == _cell_number(shell):
            self._shown_in = None
        else:
            self._show(_cell_number(shell))

    def _show(self, cell: int | None) -> None:
        from IPython.display import display

        display(self._repr_mimebundle_(), raw=True)
        self._shown_in = cell


def check(question: object = None) -> Feedback:
    """Run the visible tests of a question on what the notebook has defined; without one, of all questions.

    Args:
        question: its name, or the function itself: `check("sigmoid_grad")`, `check(sigmoid_grad)`.
    """
    return _shown(_check, question, _shell(sys._getframe(1).f_globals))


def hint(question: object = None) -> Feedback:
    """The next hint for a question, from a nudge to nearly the answer; without one, where hints are left.

    Args:
        question: its name, or the function itself: `hint("sigmoid_grad")`, `hint(sigmoid_grad)`.
    """
    return _shown(_hint, question, _shell(sys._getframe(1).f_globals))


def register(ipython: InteractiveShell) -> None:
    """`%check [QUESTION]` and `%hint [QUESTION]`, for `%load_ext grader`."""
    for name, work in (("check", _check), ("hint", _hint)):

        def magic(line: str, work: Work = work) -> Feedback:
            return _shown(work, line.strip().strip("\"'") or None, ipython)

        ipython.register_magic_function(magic, "line", name)


Work = Callable[["str | None", Course, Exercise, "Shell"], Feedback]


def _shown(work: Work, question: object, shell: Shell) -> Feedback:
    """Find the exercise that is meant and do the work; in Jupyter the feedback is shown at once."""
    try:
        name = _name_of(question, shell.user_ns)
        feedback = work(name, *find_exercise(name, *_surroundings(shell.user_ns)), shell)
    except GraderError as problem:
        feedback = Feedback(sentence_shown(str(problem)))
    if _ipython() is not None:
        feedback._show(_cell_number(shell))
    return feedback


def _check(name: str | None, course: Course, exercise: Exercise, shell: Shell) -> Feedback:
    if not RUNNING.acquire(blocking=False):
        raise GraderError("a check is running already: take the call of check out of your function")
    try:
        channel = LiveChannel(shell)
        with channel.checking():
            session = SUITES.get(exercise.visible_suite)
            asked = list(dict.fromkeys(question for _, question, _, _ in session.tests))
            only = [nearest(name, asked, f"question in {exercise.slug}")] if name is not None else []
            questions = session.run(Student(channel), "self-check", only=frozenset(only))
    finally:
        RUNNING.release()
    waiting = [question.name for question in questions if question.status != Status.PASSED]
    if name is None:
        step = f'`check("{waiting[0]}")`' if waiting else ""
        return Feedback(questions_shown(_title(exercise), questions, step), not waiting, questions)
    pictures = {test: picture(*arrays) for test, arrays in session.plugin.compared.items()}
    step = _hint_left(course, exercise, questions[0].name) if waiting else ""
    return Feedback(question_shown(questions[0], pictures, step), not waiting, questions)


def _hint(name: str | None, course: Course, exercise: Exercise, shell: Shell) -> Feedback:
    if name is None:
        return Feedback(hints_shown(_title(exercise), hints_seen(course, exercise)), True)
    hint = next_hint(course, exercise, name)
    name = nearest(name, exercise.question_names, "question")
    note = "that was the last one" if hint.number == hint.count else f'for the next one: `hint("{name}")`'
    if not hint.remembered:
        note = "this folder cannot be written to, so you will get the same hint next time"
    return Feedback(hint_shown(name, hint.text, hint.number, hint.count, note), True)


def find_exercise(question: str | None, folder: Path, names: list[str]) -> tuple[Course, Exercise]:
    """The exercise that asks for `question`, in `folder` or the course around it, and the course it is in.

    Args:
        folder: where the notebook is.
        names: what the notebook or its folder is called; of several exercises, the one with the nearest name.

    Raises:
        GraderError: none asks for it, or several do and no name is near, or there is no suite.
    """
    course, known = Course(folder), dict[str, Exercise]()
    for above in [folder, *folder.parents]:
        with contextlib.suppress(GraderError):
            course = open_course(above)
            known = {slug: each for slug, each in course.for_students.items() if each.visible_suite.exists()}
            break
    if (folder / "test_visible.py").exists():
        own = known.get(folder.name)
        inside = own is not None and own.folder.resolve() == folder.resolve()
        return course if inside else Course(folder), Exercise(folder.name, folder)
    if not known:
        raise GraderError(UPLOAD)
    if question is not None:
        asked = dict.fromkeys(name for exercise in known.values() for name in exercise.question_names)
        name = nearest(question, list(asked), "question")
        known = {slug: exercise for slug, exercise in known.items() if name in exercise.question_names}
    near = [slug for name in names for slug in difflib.get_close_matches(name, list(known), 1)]
    if len(known) > 1 and not near:
        choice = f"'{question}' is a question of {' and '.join(known)}" if question else "which exercise?"
        raise GraderError(f"{choice}: open the notebook in its own folder, next to its test_visible.py")
    return course, known[near[0]] if len(known) > 1 else next(iter(known.values()))


def _surroundings(namespace: Mapping[str, object]) -> tuple[Path, list[str]]:
    """The notebook's folder and its possible names: VS Code and Jupyter each tell them in their own way."""
    paths = [str(namespace.get("__vsc_ipynb_file__") or ""), os.environ.get("JPY_SESSION_NAME", "")]
    folder = Path(paths[0]).parent if paths[0] and Path(paths[0]).parent.is_dir() else Path.cwd()
    return folder, [*(Path(path).stem for path in paths if path), folder.name]


def _name_of(question: object, namespace: Mapping[str, object]) -> str | None:
    if question is None or isinstance(question, str):
        return question
    names = [str(getattr(question, name, "<")) for name in ("__qualname__", "__name__")]
    names += [key for key, value in namespace.items() if value is question and not key.startswith("_")]
    for name in names:
        if "<" not in name:
            return name
    raise GraderError('write the name of the question in quotes, as in check("sigmoid_grad")')


def _hint_left(course: Course, exercise: Exercise, question: str) -> str:
    """The call for the next hint, or "" if the question has no hints."""
    try:
        seen, count = hints_seen(course, exercise).get(question, (0, 0))
    except GraderError:  # a suite can be checked without its exercise.toml
        return ""
    left = f"{count - seen} of {count} hints left" if seen < count else "all hints seen"
    return f'`hint("{question}")` ({left})' if count else ""


def _title(exercise: Exercise) -> str:
    try:
        return exercise.title
    except GraderError:
        return exercise.slug


def _ipython() -> Shell | None:
    """The shell of this kernel; None in a plain Python."""
    get_ipython = getattr(sys.modules.get("IPython"), "get_ipython", None)
    return get_ipython() if get_ipython else None


def _shell(namespace: dict[str, object]) -> Shell:
    return _ipython() or cast("Shell", SimpleNamespace(user_ns=namespace))


def _cell_number(shell: Shell | None) -> int | None:
    return getattr(shell, "execution_count", None)
