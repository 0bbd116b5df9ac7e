"""Feedback to hand back: a page for every graded notebook, made from its report and the file that was judged."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import lru_cache
from pathlib import Path
from typing import Any

from grader.course import Course, nearest
from grader.errors import GraderError
from grader.files import locked, write_in
from grader.gradebook import Gradebook
from grader.notebook import UnreadableNotebook, read_bytes, read_notebook
from grader.render.feedback import Asked, feedback_page
from grader.render.submitted import Cell, given_cells, shown_cells
from grader.report import Report

FOLDER = "feedback"
ANEW = "The results below are those of the file that was graded."


@dataclass(frozen=True)
class Judged:
    """A report and where its notebook was."""

    report: Report
    path: Path


def write_feedback(
    judged: Iterable[Judged], course: Course, out: Path, progress: Callable[[int], None] = lambda done: None
) -> list[Judged]:
    """Write `out/feedback/<student>/<slug>.html` for each; those whose notebook could not be shown.

    Args:
        progress: told how many pages are done.

    Raises:
        GraderError: a page cannot be written.
    """
    without = []
    for done, one in enumerate(judged, 1):
        questions = asked(course, one.report.exercise)
        try:
            cells, note = submitted_cells(one, course)
            page = feedback_page(one.report, questions, cells, note)
        except Exception as error:  # what a notebook does to this page costs its cells, and no other page
            cells, note = None, f"Your notebook is not shown: our failure, not yours ({type(error).__name__}). {ANEW}"
            page = feedback_page(one.report, questions, cells, note)
        write_in(out, f"{FOLDER}/{_folder(one.report.student)}/{one.report.exercise}.html", page)
        if cells is None:
            without.append(one)
        progress(done)
    return without


def write_again(
    book: Gradebook, course: Course, out: Path, students: Iterable[str] = (), slugs: Iterable[str] = ()
) -> tuple[int, list[Judged]]:
    """The pages of all that the gradebook has, or of some: how many, and which have no cells in them.

    Raises:
        GraderError: nothing was graded that fits, another run writes to `out`, or a page cannot be written.
    """
    current = latest(book)
    known = sorted({one.report.exercise for one in current})
    wanted = {nearest(slug, known, "graded exercise") for slug in slugs} or set(known)
    globs = list(students) or ["*"]
    chosen = [
        one
        for one in current
        if one.report.exercise in wanted and any(fnmatch(one.report.student, glob) for glob in globs)
    ]
    if not chosen:
        remedy = f"grade first: grader grade SUBMISSIONS -o {out}"
        raise GraderError(f"{out}: nothing is graded there for {', '.join(globs)}; {remedy}")
    with locked(out):
        return len(chosen), write_feedback(chosen, course, out)


def latest(book: Gradebook) -> list[Judged]:
    """A report for each student and exercise: the last one on the file that is there now, otherwise the last one."""
    history = [Judged(report, path) for path, report in book.history()]
    there = {path: _digest(path) for path in {judged.path for judged in history}}

    def is_there(judged: Judged) -> bool:
        return there[judged.path] == judged.report.submission_sha256

    last: dict[tuple[str, str], Judged] = {}
    for new in history:
        old = last.get((new.report.student, new.report.exercise))
        if old is None or is_there(new) or not is_there(old):
            last[new.report.student, new.report.exercise] = new
    return [last[key] for key in sorted(last)]


def submitted_cells(judged: Judged, course: Course) -> tuple[list[Cell] | None, str]:
    """The cells of the file that was judged; or None and why it is not shown."""
    sha = judged.report.submission_sha256
    if not sha:
        return None, ""  # it could not be read then, and the report says why
    try:
        readable = read_notebook(judged.path)
        data = read_bytes(judged.path)
    except UnreadableNotebook as problem:
        return None, f"Your notebook is not shown: {problem}. {ANEW}"
    if readable.sha256 != sha or hashlib.sha256(data).hexdigest() != sha:
        return None, f"Your notebook is not shown: the file has changed since it was graded. {ANEW}"
    return shown_cells(json.loads(data.decode("utf-8-sig")), _given(course, judged.report.exercise)), ""


@lru_cache(maxsize=64)
def asked(course: Course, slug: str) -> Asked:
    """Title, questions' titles and hints, as the course has them now; an exercise that is gone has only its name."""
    exercise = course.exercises.get(slug) or course.released.get(slug)
    if exercise is None:
        return Asked(slug)
    titles = {str(q["name"]): str(q.get("title", "")) for q in exercise.questions}
    hints = {str(q["name"]): [str(hint) for hint in q.get("hints", [])] for q in exercise.questions}
    return Asked(exercise.title, titles, hints)


@lru_cache(maxsize=64)
def _given(course: Course, slug: str) -> frozenset[tuple[str, str]]:
    exercise = course.released.get(slug)
    try:
        notebook: Any = json.loads(exercise.notebook.read_text(encoding="utf-8")) if exercise else {"cells": []}
        return given_cells(notebook)
    except (OSError, ValueError):
        return frozenset()  # nothing is folded then


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(read_bytes(path)).hexdigest()
    except UnreadableNotebook:
        return "?"


def _folder(student: str) -> str:
    """The student's folder; a gradebook from elsewhere must not lead out of ours."""
    if student in ("", ".", "..") or "/" in student or os.sep in student or "\0" in student:
        raise GraderError(f"{student!r} cannot be a student's folder; the gradebook was not made by this program")
    return student
