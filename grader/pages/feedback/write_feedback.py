"""Feedback to hand back: a page for every graded notebook, made from its report and the file that was judged."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from grader.core.course import Course, nearest
from grader.core.errors import GraderError
from grader.core.files import locked
from grader.core.grades import ClassGrades, Grade
from grader.core.notebook import UnreadableNotebook, read_bytes, read_notebook
from grader.core.processes import in_order
from grader.core.students import fits
from grader.pages.feedback.feedback_page import ExerciseText, feedback_page
from grader.pages.feedback.shown_cells import ShownCell, given_cells, shown_cells
from grader.pages.fingerprints import WrittenFiles, fingerprint, program

FOLDER = "feedback"
RECORD = ".made/feedback.json"
ANEW = "The results below are those of the file that was graded."


def write_feedback(
    grades: Iterable[Grade],
    course: Course,
    out: Path,
    progress: Callable[[int], None] = lambda done: None,
    jobs: int = 1,
) -> list[Grade]:
    """Write `out/feedback/<student>/<slug>.html` for each that has a report; those whose notebook could not
    be shown.

    What has not changed since it was made is left as it is.

    Args:
        progress: told how many pages are done.
        jobs: processes that make pages, where there are many.

    Raises:
        GraderError: a page cannot be written.
    """
    stale, done = [], 0
    with WrittenFiles(out, RECORD) as written:
        for grade in grades:
            if grade.report is None:
                continue
            name = f"{FOLDER}/{_folder(grade.student)}/{grade.exercise}.html"
            mark = fingerprint(
                program(), replace(grade, path=None), asked(course, grade.exercise), _file_state(grade.path)
            )
            if written.unchanged(name, mark):
                progress(done := done + 1)
            else:
                stale.append((grade, name, mark))
        without = []
        pages = in_order(lambda part: _page(part[0], course), stale, jobs)
        for (grade, name, mark), (page, whole) in zip(stale, pages, strict=True):
            written.write(name, page, mark if whole else None)
            if not whole:
                without.append(grade)
            progress(done := done + 1)
    return without


def _page(grade: Grade, course: Course) -> tuple[str, bool]:
    """The page, and whether the notebook is in it."""
    questions = asked(course, grade.exercise)
    try:
        cells, note = submitted_cells(grade, course)
        return feedback_page(grade, questions, cells, note), cells is not None
    except Exception as error:  # what a notebook does to this page costs its cells, and no other page
        note = f"Your notebook is not shown: our failure, not yours ({type(error).__name__}). {ANEW}"
        return feedback_page(grade, questions, None, note), False


def write_again(
    grades: ClassGrades, course: Course, out: Path, students: Iterable[str] = (), slugs: Iterable[str] = ()
) -> tuple[int, list[Grade]]:
    """The pages of all that is graded, or of some: how many, and which have no cells in them.

    Raises:
        GraderError: nothing was graded that fits, another run writes to `out`, or a page cannot be written.
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
        return len(chosen), write_feedback(chosen, course, out)


def submitted_cells(grade: Grade, course: Course) -> tuple[list[ShownCell] | None, str]:
    """The cells of the file that was judged; or None and why it is not shown."""
    sha = grade.report.submission_sha256 if grade.report else ""
    if not sha or grade.path is None:
        return None, ""  # it could not be read then, and the report says why
    try:
        readable = read_notebook(grade.path)
        data = read_bytes(grade.path)
    except UnreadableNotebook as problem:
        return None, f"Your notebook is not shown: {problem}. {ANEW}"
    if readable.sha256 != sha or hashlib.sha256(data).hexdigest() != sha:
        return None, f"Your notebook is not shown: the file has changed since it was graded. {ANEW}"
    return shown_cells(json.loads(data.decode("utf-8-sig")), _given(course, grade.exercise)), ""


@lru_cache(maxsize=64)
def asked(course: Course, slug: str) -> ExerciseText:
    """Title, questions' titles and hints, as the course has them now; an exercise that is gone has only its
    name.
    """
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
        notebook: Any = (
            json.loads(exercise.notebook.read_text(encoding="utf-8")) if exercise else {"cells": []}
        )
        return given_cells(notebook)
    except (OSError, ValueError):
        return frozenset()  # nothing is folded then


def _file_state(path: Path | None) -> list[int]:
    try:
        found = path.lstat() if path else None
    except OSError:
        found = None
    return [found.st_size, found.st_mtime_ns] if found else []


def _folder(student: str) -> str:
    """The student's folder; a gradebook from elsewhere must not lead out of ours."""
    if student in ("", ".", "..") or "/" in student or os.sep in student or "\0" in student:
        raise GraderError(
            f"{student!r} cannot be a student's folder; the gradebook was not made by this program"
        )
    return student
