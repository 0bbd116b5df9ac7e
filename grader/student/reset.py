"""Reset an exercise's notebook to its original state; the student's work is kept in a copy first."""

import contextlib
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from grader.core.course import Course, Exercise
from grader.core.errors import GraderError
from grader.core.files import write_atomically


def stub_of(course: Course, exercise: Exercise) -> bytes:
    """The original notebook: made from the solutions where there are any, else the copy next to the notebook.

    Raises:
        GraderError: there is neither.
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
    """Whether the notebook is in its original state already."""
    return _read(exercise.notebook) == stub_of(course, exercise)


def reset(course: Course, exercise: Exercise, now: Callable[[], datetime] = datetime.now) -> Path | None:
    """Put the stub in the notebook's place; the copy that now holds the student's work, if there was any.

    Raises:
        GraderError: an instructor's reference, no stub, a folder that cannot be written to, a notebook saved
            meanwhile.
    """
    if exercise.folder.parent.name == "solutions":
        problem = "this is the reference, not a student's notebook; it is never reset"
        raise GraderError(f"{exercise.notebook}: {problem}")
    stub = stub_of(course, exercise)
    work = _read(exercise.notebook)
    try:
        backup = None if work is None else _keep(exercise, work, now())
        if _read(exercise.notebook) != work:
            raise GraderError(f"{exercise.notebook}: it was saved just now, so nothing was reset; try again")
        write_atomically(exercise.notebook, stub)
    except OSError as error:
        reason = f"cannot be written to ({error.strerror})"
        raise GraderError(f"{exercise.folder}: {reason}; the notebook is unchanged") from None
    return backup


def _keep(exercise: Exercise, work: bytes, when: datetime) -> Path:
    """Write the work to a new file, and wait until it is on the disk."""
    stem, number = f"{exercise.slug}.backup-{when:%Y%m%d-%H%M%S}", 1
    while True:
        path = exercise.folder / f"{stem}{f'-{number}' if number > 1 else ''}.ipynb"
        with contextlib.suppress(FileExistsError), path.open("xb") as stream:
            stream.write(work)
            stream.flush()
            os.fsync(stream.fileno())
            return path
        number += 1


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        reason = f"cannot be read ({error.strerror}), so it cannot be kept"
        raise GraderError(f"{path}: {reason}; nothing was reset") from None
