"""The student's own check: run the notebook here, in this process, and the visible suite against it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from grader.course import Course, nearest
from grader.errors import GraderError
from grader.inside.shell import make_shell, run_cell
from grader.notebook import UnreadableNotebook, read_notebook
from grader.report import QuestionResult
from grader.student.local import LocalChannel
from grader.student.remote import Student
from grader.suite.session import SuiteSession


@dataclass(frozen=True)
class Checked:
    """One notebook's visible results, and (cell, error) of the cells that stopped with one."""

    notebook: Path
    questions: tuple[QuestionResult, ...]
    errors: tuple[tuple[int, str], ...]

    @property
    def passed(self) -> bool:
        return all(question.status == "passed" for question in self.questions)


def check(notebook: Path, course: Course | None) -> Checked:
    """Run every cell and the visible suite.

    Raises:
        GraderError: no such notebook, unreadable, or no visible suite for it.
    """
    suite = find_suite(notebook, course)
    try:
        cells = read_notebook(notebook).cells
    except UnreadableNotebook as problem:
        raise GraderError(f"{notebook}: {problem}; open it in Jupyter and save it again") from None
    shell = make_shell()
    errors = []
    for number, source in cells:
        error = run_cell(shell, number, source)
        if error is not None and error["kinds"][0] != "NotImplementedError":
            errors.append((number, f"{error['kinds'][0]}: {error['message']}"))
    session = SuiteSession(suite)
    try:
        questions = session.run(Student(LocalChannel(shell)), "self-check")
    finally:
        session.close()
    return Checked(notebook, questions, tuple(errors))


def find_suite(notebook: Path, course: Course | None) -> Path:
    """`test_visible.py` beside the notebook, or the released one of the exercise the file is named after."""
    if not notebook.exists():
        names = [p.name for p in notebook.parent.glob("*.ipynb")] if notebook.parent.is_dir() else []
        nearest(notebook.name, names, f"notebook in {notebook.parent}")
    beside = notebook.resolve().parent / "test_visible.py"
    if beside.exists():
        return beside
    if course is None:
        raise GraderError(f"{notebook}: no test_visible.py beside it; keep the notebook in its exercise folder")
    known = course.released or course.exercises
    return known[nearest(notebook.stem, list(known), "exercise")].visible_suite
