"""How far a student has got: the last verdict on each question, kept in the course's folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.core.course import Course, Exercise
from grader.core.files import write_atomically
from grader.core.report import QuestionResult, Status

PLACE = Path(".grader") / "progress.json"


@dataclass(frozen=True)
class Record:
    """The last check of one exercise: the notebook's SHA-256, and question → status."""

    sha256: str
    questions: dict[str, Status]


@dataclass(frozen=True)
class Progress:
    """What is remembered: `at` is the exercise checked last, `records` the last check of each."""

    at: str = ""
    records: dict[str, Record] = field(default_factory=dict)


@dataclass(frozen=True)
class ExerciseProgress:
    """One exercise as it stands: each question in order with its status, None if it was never checked.

    `changed` says that the notebook is no longer the one that was checked.
    """

    exercise: Exercise
    questions: dict[str, Status | None]
    changed: bool

    @property
    def passed(self) -> int:
        return sum(status == Status.PASSED for status in self.questions.values())

    @property
    def untouched(self) -> int:
        return sum(status in (Status.NOT_ATTEMPTED, None) for status in self.questions.values())

    @property
    def failed(self) -> int:
        return len(self.questions) - self.passed - self.untouched

    @property
    def checked(self) -> bool:
        return any(self.questions.values())


def students_exercises(course: Course) -> dict[str, Exercise]:
    """The student's exercises, or the instructor's where nothing is released."""
    return course.released or course.exercises


def read_progress(course: Course) -> Progress:
    """What is remembered; a file that cannot be read is as good as none."""
    try:
        state = json.loads((course.root / PLACE).read_text(encoding="utf-8"))
        records = {str(slug): _record(entry) for slug, entry in state["exercises"].items()}
        return Progress(str(state["at"]), records)
    except (OSError, ValueError, AttributeError, TypeError, KeyError, RecursionError):
        return Progress()


def _record(entry: Any) -> Record:
    known = {str(status): status for status in Status}
    questions = {str(name): known.get(str(status)) for name, status in entry["questions"].items()}
    return Record(str(entry["sha256"]), {name: status for name, status in questions.items() if status})


def record(course: Course, notebook: Path, sha256: str, questions: Sequence[QuestionResult]) -> bool:
    """Remember a verdict on one of the course's own notebooks; whether it could be done."""
    own = {exercise.notebook.resolve(): slug for slug, exercise in students_exercises(course).items()}
    slug = own.get(notebook.resolve())
    if slug is None:
        return False
    known = read_progress(course).records
    records = {**known, slug: Record(sha256, {question.name: question.status for question in questions})}
    state = {"at": slug, "exercises": {name: vars(entry) for name, entry in sorted(records.items())}}
    try:
        write_atomically(course.root / PLACE, json.dumps(state, indent=1) + "\n")
    except OSError:
        return False
    return True


def standings(course: Course, progress: Progress) -> list[ExerciseProgress]:
    """Every exercise as it stands, in the course's order."""
    return [standing(exercise, progress) for exercise in students_exercises(course).values()]


def standing(exercise: Exercise, progress: Progress) -> ExerciseProgress:
    """One exercise as it stands."""
    last = progress.records.get(exercise.slug, Record("", {}))
    names = exercise.question_names
    changed = bool(last.sha256) and last.sha256 != _sha256(exercise.notebook)
    return ExerciseProgress(exercise, {name: last.questions.get(name) for name in names}, changed)


def next_question(
    stand: Sequence[ExerciseProgress], at: str, after: str | None = None, elsewhere: bool = True
) -> tuple[str, str] | None:
    """(slug, question) of the first that does not pass yet: from exercise `at` on, behind question `after`,
    then around.

    Args:
        elsewhere: whether questions of other exercises count.
    """
    slugs = [each.exercise.slug for each in stand]
    start = slugs.index(at) if at in slugs else 0
    ring = [
        (each.exercise.slug, name, status)
        for each in [*stand[start:], *stand[:start]]
        for name, status in each.questions.items()
        if elsewhere or each.exercise.slug == at
    ]
    names = [name if slug == at else None for slug, name, _ in ring]
    begin = names.index(after) + 1 if after is not None and after in names else 0
    for slug, name, status in [*ring[begin:], *ring[:begin]]:
        if status != Status.PASSED:
            return slug, name
    return None


def _sha256(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
