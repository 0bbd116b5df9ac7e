"""The student's own check: run the notebook on the student's machine, and the visible suite against it."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, chdir, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from grader.core.course import Course, Exercise
from grader.core.errors import GraderError, nearest
from grader.core.first_causes import FirstCauses
from grader.core.notebook import Notebook, UnreadableNotebook, read_notebook
from grader.core.report import CellResult, QuestionResult, Status
from grader.core.stub import NO_INPUT, is_placeholder
from grader.engine.cell_results import failed_cell
from grader.engine.forbidden import without_forbidden
from grader.engine.local import LocalChannel
from grader.sandbox.inside.shell import NotebookShell, make_shell, run_cell
from grader.suite.remote_student import Student
from grader.suite.session import SuiteSession

SEED = "self-check"
Around = Callable[[str], AbstractContextManager[object]]


@dataclass(frozen=True)
class Checked:
    """One notebook's visible results, (cell, what it did) where one had an error, and the file's SHA-256."""

    notebook: Path
    questions: tuple[QuestionResult, ...]
    errors: tuple[tuple[int, str], ...]
    sha256: str = ""

    @property
    def passed(self) -> bool:
        return all(question.status == Status.PASSED for question in self.questions)


def check(notebook: Path, course: Course | None) -> Checked:
    """Run every cell and the visible suite.

    Raises:
        GraderError: no such notebook, unreadable, or no visible suite for it.
    """
    suite = find_suite(notebook, course)
    read = read_own(notebook)
    shell = make_shell()
    with at_home(notebook.resolve().parent):
        results, errors = run_cells(shell, read.cells)
        session = SuiteSession(suite)
        try:
            questions = session.run(Student(LocalChannel(shell, read.cells, results)), SEED)
        finally:
            session.close()
    return Checked(notebook, by_the_rules(questions, suite, read.cells), errors, read.sha256)


def read_own(notebook: Path) -> Notebook:
    """The student's notebook; from now on pytest loads no plug-ins of other packages: they take time.

    Raises:
        GraderError: it is unreadable.
    """
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        return read_notebook(notebook)
    except UnreadableNotebook as problem:
        raise GraderError(f"{notebook}: {problem}; open it in Jupyter and save it again") from None


def by_the_rules(
    questions: tuple[QuestionResult, ...], suite: Path, cells: tuple[tuple[int, str], ...]
) -> tuple[QuestionResult, ...]:
    """The verdicts, after what the `exercise.toml` next to the suite forbids.

    Raises:
        GraderError: the file is invalid.
    """
    folder = Exercise(suite.parent.name, suite.parent)
    asked = folder.questions if (suite.parent / "exercise.toml").exists() else ()
    return without_forbidden(questions, asked, cells)


def run_cells(
    shell: NotebookShell, cells: tuple[tuple[int, str], ...], around: Around = lambda _: nullcontext()
) -> tuple[tuple[CellResult, ...], tuple[tuple[int, str], ...]]:
    """Run every cell, each inside `around("cell N")`.

    Returns:
        What came of them; and (cell, what it did) of those that failed, except a stub's.
    """
    results, words = [], dict[int, str]()
    for number, source in cells:
        with around(f"cell {number}"):
            error = run_cell(shell, number, source)
        results.append(failed_cell(number, error) if error else CellResult(number, Status.PASSED))
        if error is not None and not is_placeholder(error["kinds"]):
            words[number] = what_it_did(error["kinds"][0], error["message"])
    known = FirstCauses(cells, results).with_origins()
    return known, tuple(
        (cell.index, words[cell.index] + follows(cell)) for cell in known if cell.index in words
    )


def follows(cell: CellResult) -> str:
    """Where the error of a cell comes from, if that is in another cell."""
    return f"; it follows from {cell.origin.partition(': ')[0]}" if cell.origin else ""


def what_it_did(kind: str, message: str) -> str:
    """What a cell did that had this error, in plain words where the exception does not say what to do."""
    if kind == NO_INPUT:
        asked = "getpass" if message.startswith("getpass") else "input"
        return f"asks for {asked}(), and nobody answers when it is graded: write the value into the cell"
    if kind == "ModuleNotFoundError":
        return f"stopped with {kind}: {message}; install it in this Python, or do without it"
    return f"stopped with {kind}: {message}"


@contextmanager
def at_home(folder: Path) -> Iterator[None]:
    """Work in the notebook's folder, as Jupyter does: files and modules next to the notebook are found."""
    path = list(sys.path)
    with chdir(folder):
        sys.path.insert(0, str(folder))
        try:
            yield
        finally:
            sys.path[:] = path


def find_suite(notebook: Path, course: Course | None) -> Path:
    """`test_visible.py` next to the notebook, or the released one of the exercise the file is named after."""
    if not notebook.exists():
        paths = notebook.parent.glob("*.ipynb") if notebook.parent.is_dir() else []
        names = [path.name for path in paths if not path.name.startswith(".")]
        nearest(notebook.name, names, f"notebook in {notebook.parent}")
    suite = notebook.resolve().parent / "test_visible.py"
    if suite.exists():
        return suite
    if course is None:
        raise GraderError(
            f"{notebook}: no test_visible.py next to it; keep the notebook in its exercise folder"
        )
    known = course.for_students
    return known[nearest(notebook.stem, list(known), "exercise")].visible_suite
