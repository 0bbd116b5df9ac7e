"""Hints one at a time: how far a student has got is remembered in the course's folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from grader.core.course import Course, Exercise, nearest
from grader.core.errors import GraderError
from grader.core.files import write_atomically

PLACE = Path(".grader") / "hints.json"


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
    known = course.released or course.exercises
    return known[nearest(slug, list(known), "exercise")]


def hints_seen(course: Course, exercise: Exercise) -> dict[str, tuple[int, int]]:
    """Question → (hints seen, hints in all)."""
    seen = _read(course).get(exercise.slug, {})
    return {
        name: (min(seen.get(name, 0), len(hints)), len(hints)) for name, hints in _hints(exercise).items()
    }


def next_hint(course: Course, exercise: Exercise, question: str) -> Hint:
    """The next hint of a question; after the last one, the last again.

    Raises:
        GraderError: no such question, or none of its hints is there.
    """
    hints = _hints(exercise)
    name = nearest(question, list(hints), f"question in {exercise.slug}")
    if not hints[name]:
        raise GraderError(f"{exercise.slug}: {name} has no hints")
    state = _read(course)
    number = min(state.get(exercise.slug, {}).get(name, 0) + 1, len(hints[name]))
    state.setdefault(exercise.slug, {})[name] = number
    try:
        write_atomically(course.root / PLACE, json.dumps(state, indent=1) + "\n")
    except OSError:
        return Hint(hints[name][number - 1], number, len(hints[name]), remembered=False)
    return Hint(hints[name][number - 1], number, len(hints[name]))


def past_hints(course: Course, exercise: Exercise, question: str) -> list[Hint]:
    """The hints of a question that have been shown already.

    Raises:
        GraderError: no such question.
    """
    hints = _hints(exercise)
    name = nearest(question, list(hints), f"question in {exercise.slug}")
    seen = _read(course).get(exercise.slug, {}).get(name, 0)
    return [Hint(text, number, len(hints[name])) for number, text in enumerate(hints[name][:seen], start=1)]


def _hints(exercise: Exercise) -> dict[str, tuple[str, ...]]:
    return {question.name: question.hints for question in exercise.questions}


def _read(course: Course) -> dict[str, dict[str, int]]:
    """What is remembered; a file that cannot be read is as good as none."""
    try:
        state = json.loads((course.root / PLACE).read_text(encoding="utf-8"))
        return {
            str(slug): {str(name): int(number) for name, number in questions.items() if int(number) > 0}
            for slug, questions in state.items()
        }
    except (OSError, ValueError, AttributeError, TypeError):
        return {}
