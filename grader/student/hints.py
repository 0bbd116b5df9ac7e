"""Hints one at a time: how far a student has got is remembered in the course's folder."""

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from grader.core.course import Course, Exercise
from grader.core.errors import GraderError, nearest
from grader.student.remembered import recall, remember

FILE = "hints.json"
Seen = dict[str, dict[str, Annotated[int, Meta(ge=0)]]]  # exercise → question → hints that have been shown


@dataclass(frozen=True)
class Hint:
    """A hint: `number` of `count`; `remembered` is False where the course's folder cannot be written."""

    text: str
    number: int
    count: int
    remembered: bool = True


def exercise_of(course: Course, slug: str) -> Exercise:
    """The student's exercise, or the instructor's where nothing is released.

    Raises:
        GraderError: no such exercise; the nearest name is given.
    """
    return course.for_students[nearest(slug, list(course.for_students), "exercise")]


def hints_seen(course: Course, exercise: Exercise) -> dict[str, tuple[int, int]]:
    """Question → (hints seen, hints in all)."""
    seen = (recall(course, FILE, Seen) or {}).get(exercise.slug, {})
    counts = {question.name: len(question.hints) for question in exercise.questions}
    return {name: (min(seen.get(name, 0), count), count) for name, count in counts.items()}


def next_hint(course: Course, exercise: Exercise, question: str) -> Hint:
    """The next hint of a question; after the last one, the last again.

    Raises:
        GraderError: no such question, or it has no hints.
    """
    name, hints, seen = _hints(course, exercise, question)
    if not hints:
        raise GraderError(f"{exercise.slug}: {name} has no hints")
    number = min(seen + 1, len(hints))
    state = recall(course, FILE, Seen) or {}
    state.setdefault(exercise.slug, {})[name] = number
    return Hint(hints[number - 1], number, len(hints), remember(course, FILE, state))


def past_hints(course: Course, exercise: Exercise, question: str) -> list[Hint]:
    """The hints of a question that have been shown already.

    Raises:
        GraderError: no such question.
    """
    _, hints, seen = _hints(course, exercise, question)
    return [Hint(text, number, len(hints)) for number, text in enumerate(hints[:seen], start=1)]


def _hints(course: Course, exercise: Exercise, question: str) -> tuple[str, tuple[str, ...], int]:
    """The question's full name, its hints, and how many of them have been shown."""
    name = nearest(question, exercise.question_names, f"question in {exercise.slug}")
    hints = next(each.hints for each in exercise.questions if each.name == name)
    return name, tuple(hints), hints_seen(course, exercise)[name][0]
