"""Feedback to hand back: a file for every graded notebook, from its report and the file that was judged."""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from grader.core.course import Course
from grader.core.errors import GraderError, nearest
from grader.core.files import locked
from grader.core.grades import ClassGrades, Grade
from grader.core.notebook import Json, UnreadableNotebook, document_in, read_bytes
from grader.core.report import Report
from grader.core.students import fits
from grader.pages.addresses import is_folder_name
from grader.pages.feedback.feedback_page import ExerciseText, feedback_page
from grader.pages.feedback.shown_cells import given_cells, shown_cells
from grader.pages.forks import in_order
from grader.pages.unchanged_pages import WrittenFiles, file_state, fingerprint, program

FOLDER = "feedback"
RECORD = ".made/feedback.json"
FORMATS = {"html": ".html", "ipynb": ".ipynb", "script": ".py"}  # format → how its files are called
JUDGED = "The results are those of the file that was graded."


def write_feedback(
    grades: Iterable[Grade],
    course: Course,
    out: Path,
    progress: Callable[[int], None] = lambda done: None,
    jobs: int = 1,
    form: str = "html",
) -> list[Grade]:
    """Write `out/feedback/<student>/<slug>.html` for each grade with a report; return those without cells.

    A file that would come out the same is left alone.

    Args:
        progress: told how many files are done.
        jobs: processes that make files, if there are many.
        form: one of `FORMATS`.

    Raises:
        GraderError: a file cannot be written.
    """
    files, marks = {}, {}
    for grade in grades:
        if grade.report is not None:
            name = f"{FOLDER}/{_folder(grade.student)}/{grade.exercise}{FORMATS[form]}"
            text, file = exercise_text(course, grade.exercise), grade.path and file_state(grade.path)
            files[name] = grade, grade.report
            marks[name] = fingerprint(program(), replace(grade, path=None), text, file)
    without = []
    with WrittenFiles(out, RECORD) as written:
        stale = [name for name in files if not written.unchanged(name, marks[name])]
        progress(kept := len(files) - len(stale))
        made = in_order(lambda name: feedback_file(*files[name], course, form), stale, jobs)
        for done, (name, (content, whole)) in enumerate(zip(stale, made, strict=True), kept + 1):
            written.write(name, content, marks[name] if whole else None)
            without += [] if whole else [files[name][0]]
            progress(done)
    return without


def write_again(
    grades: ClassGrades,
    course: Course,
    out: Path,
    students: Iterable[str] = (),
    slugs: Iterable[str] = (),
    form: str = "html",
) -> tuple[int, list[Grade]]:
    """Write the files of everything that is graded, or of some: how many, and which have no cells in them.

    Raises:
        GraderError: nothing that fits is graded, another run writes to `out`, or a file cannot be written.
    """
    current = [grade for grade in grades.grades() if grade.report is not None]
    known = sorted({grade.exercise for grade in current})
    wanted = {nearest(slug, known, "graded exercise") for slug in slugs} or set(known)
    globs = list(students) or ["*"]
    chosen = [grade for grade in current if grade.exercise in wanted and fits(globs, grade.student)]
    if not chosen:
        remedy = f"grade first: grader grade SUBMISSIONS -o {out}"
        raise GraderError(f"{out}: nothing is graded there for {', '.join(globs)}; {remedy}")
    with locked(out):
        return len(chosen), write_feedback(chosen, course, out, form=form)


def feedback_file(grade: Grade, report: Report, course: Course, form: str = "html") -> tuple[str, bool]:
    """The file's content, and whether the notebook is in it."""
    try:
        notebook, why = _submitted(grade, report)
        return _content(grade, report, course, form, notebook, why), notebook is not None
    except Exception as error:  # what a notebook does here costs its own cells, and no other file
        why = f"Your notebook is not shown: our failure, not yours ({type(error).__name__}). {JUDGED}"
        return _content(grade, report, course, form, None, why), False


def _content(grade: Grade, report: Report, course: Course, form: str, notebook: Json | None, why: str) -> str:
    text = exercise_text(course, grade.exercise)
    if form != "html":
        from grader.pages.feedback.annotated import annotated  # loads nbconvert

        return annotated(grade, report, text, notebook, why, form == "script")
    cells = None if notebook is None else shown_cells(notebook, _given(course, grade.exercise))
    return feedback_page(grade, report, text, cells, why)


def _submitted(grade: Grade, report: Report) -> tuple[Json | None, str]:
    """The JSON of the file that was judged; or None and why it is not shown."""
    if not report.submission_sha256 or grade.path is None:
        return None, ""  # it could not be read then, and the report says why
    try:
        data = read_bytes(grade.path)
        document = document_in(data, grade.path.name)
    except UnreadableNotebook as problem:
        return None, f"Your notebook is not shown: {problem}. {JUDGED}"
    if hashlib.sha256(data).hexdigest() != report.submission_sha256:
        return None, f"Your notebook is not shown: the file has changed since it was graded. {JUDGED}"
    return document, ""


@lru_cache(maxsize=64)
def exercise_text(course: Course, slug: str) -> ExerciseText:
    """Title, questions' titles and hints, as the course has them now; else the slug alone."""
    exercise = course.exercises.get(slug) or course.released.get(slug)
    if exercise is None:
        return ExerciseText(slug)
    titles = {question.name: question.title for question in exercise.questions}
    hints = {question.name: question.hints for question in exercise.questions}
    return ExerciseText(exercise.title, titles, hints)


@lru_cache(maxsize=64)
def _given(course: Course, slug: str) -> frozenset[tuple[str, str]]:
    exercise = course.released.get(slug)
    try:
        return given_cells(json.loads(exercise.notebook.read_text(encoding="utf-8")) if exercise else {})
    except (OSError, ValueError):
        return frozenset()  # nothing is folded then


def _folder(student: str) -> str:
    """The student's folder; a gradebook from elsewhere must not lead out of ours."""
    if not is_folder_name(student):
        raise GraderError(f"{student!r} cannot be a student's folder; this gradebook is not of this program")
    return student
