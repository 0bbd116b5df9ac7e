"""How far a student has got: the last verdict on each question, kept in the course's folder."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from grader.core.course import Course, Exercise
from grader.core.report import QuestionResult, Status
from grader.student.remembered import recall, remember

FILE = "progress.json"


@dataclass(frozen=True)
class LastCheck:
    """The last check of one exercise: the notebook's SHA-256, and question → status."""

    sha256: str
    questions: dict[str, str]


@dataclass(frozen=True)
class Progress:
    """What is remembered: the exercise checked last (`at`), and the last check of each."""

    at: str = ""
    exercises: dict[str, LastCheck] = field(default_factory=dict)


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


def read_progress(course: Course) -> Progress:
    """What is remembered; nothing if the file cannot be read."""
    return recall(course, FILE, Progress) or Progress()


def record(course: Course, notebook: Path, sha256: str, questions: Sequence[QuestionResult]) -> bool:
    """Remember a verdict on one of the course's own notebooks; whether that was possible."""
    own = {exercise.notebook.resolve(): slug for slug, exercise in course.for_students.items()}
    slug = own.get(notebook.resolve())
    if slug is None:
        return False
    check = LastCheck(sha256, {question.name: question.status for question in questions})
    exercises = {**read_progress(course).exercises, slug: check}
    return remember(course, FILE, Progress(slug, dict(sorted(exercises.items()))))


def standings(course: Course, progress: Progress) -> list[ExerciseProgress]:
    """Every exercise as it stands, in the course's order."""
    return [standing(exercise, progress) for exercise in course.for_students.values()]


def standing(exercise: Exercise, progress: Progress) -> ExerciseProgress:
    """One exercise as it stands."""
    last = progress.exercises.get(exercise.slug, LastCheck("", {}))
    known: dict[str | None, Status] = {status.value: status for status in Status}
    statuses = {name: known.get(last.questions.get(name)) for name in exercise.question_names}
    changed = bool(last.sha256) and last.sha256 != _sha256(exercise.notebook)
    return ExerciseProgress(exercise, statuses, changed)


def next_question(
    stand: Sequence[ExerciseProgress], at: str, after: str | None = None, elsewhere: bool = True
) -> tuple[str, str] | None:
    """(slug, question) of the first that does not pass: after `after` in exercise `at`, then from the start.

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
    rest = ((slug, name) for slug, name, status in [*ring[begin:], *ring[:begin]] if status != Status.PASSED)
    return next(rest, None)


def _sha256(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
