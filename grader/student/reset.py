"""Give an exercise's notebook back as it was handed out; the student's work is kept in a copy first."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from grader.core.course import Course, Exercise
from grader.core.errors import GraderError
from grader.core.files import write_atomically


def stub_of(course: Course, exercise: Exercise) -> bytes:
    """The notebook as it is handed out: made from the solutions where they are, else the copy beside the
    notebook.

    Raises:
        GraderError: neither is there.
    """
    if exercise.slug in course.exercises:
        from grader.core.stub import stub_notebook

        return stub_notebook(course.exercises[exercise.slug]).encode("utf-8")
    try:
        return exercise.stub.read_bytes()
    except OSError:
        remedy = "copy the exercise's folder out of the student kit again"
        raise GraderError(f"{exercise.stub}: missing, so there is nothing to go back to; {remedy}") from None


def is_fresh(course: Course, exercise: Exercise) -> bool:
    """Whether the notebook already is what is handed out."""
    return _read(exercise.notebook) == stub_of(course, exercise)


def reset(course: Course, exercise: Exercise, now: Callable[[], datetime] = datetime.now) -> Path | None:
    """Put the stub in the notebook's place; the copy that now holds the student's work, None if there was
    none.

    Raises:
        GraderError: an instructor's reference, no stub, a folder that cannot be written, a notebook saved
        meanwhile.
    """
    if exercise.folder.parent.name == "solutions":
        raise GraderError(
            f"{exercise.notebook}: this is the reference, not a student's notebook; it is never reset"
        )
    stub = stub_of(course, exercise)
    work = _read(exercise.notebook)
    try:
        backup = None if work is None else _keep(exercise, work, now())
        if _read(exercise.notebook) != work:
            raise GraderError(f"{exercise.notebook}: it was saved just now, so nothing was reset; try again")
        write_atomically(exercise.notebook, stub)
    except OSError as error:
        reason = f"cannot be written ({error.strerror})"
        raise GraderError(f"{exercise.folder}: {reason}; the notebook is as it was") from None
    return backup


def _keep(exercise: Exercise, work: bytes, when: datetime) -> Path:
    """Write the work under a name that nothing has yet, and wait until it is on the disk."""
    stem = f"{exercise.slug}.backup-{when:%Y%m%d-%H%M%S}"
    number = 1
    while True:
        path = exercise.folder / f"{stem}{f'-{number}' if number > 1 else ''}.ipynb"
        try:
            stream = path.open("xb")
            break
        except FileExistsError:
            number += 1
    with stream:
        stream.write(work)
        stream.flush()
        os.fsync(stream.fileno())
    return path


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise GraderError(
            f"{path}: cannot be read ({error.strerror}), so it cannot be kept; nothing was reset"
        ) from None
