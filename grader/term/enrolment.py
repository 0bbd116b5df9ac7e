"""Whose it is that was handed in: by the roster if there is one, else by what the file's place or name says."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.core.course import Course, nearest
from grader.core.errors import GraderError
from grader.core.grades import Person
from grader.core.students import fits
from grader.core.text import storable
from grader.exchange.intake.handed_in import Handed, Intake, NotTaken
from grader.exchange.matching import identify
from grader.term.gradebook import Gradebook
from grader.term.gradebook.attempts import RecordedAttempt, attempts, path_of
from grader.term.gradebook.people import enrol, has_roster, meet, people


@dataclass(frozen=True)
class TakenIn:
    """What was handed in, by the names that the gradebook has for the students, and what is to be said of it."""

    intake: Intake
    handed: tuple[Handed, ...]
    notes: tuple[str, ...]


def whose(book: Gradebook, intake: Intake, listed: Sequence[Person] | None = None) -> TakenIn:
    """Everything that was taken in, each with its student; the gradebook learns who they are.

    Args:
        listed: a roster; it replaces an earlier one. None: the one that the gradebook has, if any.

    Raises:
        GraderError: the gradebook cannot be used.
    """
    known = people(book)
    if listed is not None:
        same = {
            old.id: new.id for old in known.values() if (new := identify(listed, old)) and new.id != old.id
        }
        enrol(book, listed, same)
    elif has_roster(book):
        listed = [person for person in known.values() if person.enrolled]
    names = _names(intake.handed)
    handed = [_with_person(one, names[one.student], listed or []) for one in intake.handed]
    meet(book, {person.id: person for _, person in handed}.values())
    return TakenIn(intake, tuple(one for one, _ in handed), tuple(_notes(intake.handed)))


def handed_before(
    book: Gradebook, course: Course, slugs: Iterable[str] = (), students: Iterable[str] = ()
) -> Intake:
    """Everything that the gradebook names and whose file is still there: what a corrected test is to judge
    again.

    Raises:
        GraderError: an unknown exercise, or nothing is there any more.
    """
    wanted = {nearest(slug, list(course.exercises), "exercise") for slug in slugs} or set(course.exercises)
    globs = list(students) or ["*"]
    there: dict[Path, RecordedAttempt] = {}
    gone: list[NotTaken] = []
    for attempt in sorted(attempts(book), key=lambda one: one.order):
        key, path = attempt.received.key, path_of(attempt.received.path)
        if key.exercise in wanted and fits(globs, key.student):
            if os.path.lexists(path):
                there[path] = attempt  # of several contents that a file had, the last
            else:
                why = f"{path} is not there any more; its last result stays"
                gone.append(NotTaken(f"{key.student} {key.exercise}", why))
    if not there:
        raise GraderError("the gradebook names no notebook that is still there; give SUBMISSIONS")
    handed = [_handed(attempt, path, order) for order, (path, attempt) in enumerate(there.items())]
    handed.sort(key=lambda one: (one.student, one.slug, one.order))
    return Intake("gradebook", f"{len(handed)} notebooks that it names", tuple(handed), tuple(gone))


def _handed(attempt: RecordedAttempt, path: Path, order: int) -> Handed:
    one = attempt.received
    return Handed(
        one.key.student, one.key.exercise, path, one.kind, one.original, one.submitted_at, one.late,
        lms_id=one.lms_id, order=order,
    )  # fmt: skip


def _names(handed: Iterable[Handed]) -> dict[str, str]:
    """A student's key → it as text that can be stored; no two become the same."""
    names: dict[str, str] = {}
    for student in sorted({one.student for one in handed}, key=lambda key: (storable(key) != key, key)):
        name = storable(student)
        while name in names.values():
            name += "_"
        names[student] = name
    return names


def _with_person(one: Handed, key: str, roster: Sequence[Person]) -> tuple[Handed, Person]:
    name = storable(one.name)
    squeezed = one.kind == "canvas"  # "doejane" is no name to show; but it tells who it is
    hint = Person(
        key, name, name if squeezed else "", storable(one.email), canvas=one.lms_id if squeezed else ""
    )
    found = identify(roster, hint)
    if found is not None:
        return replace(one, student=found.id), replace(hint, id=found.id, name="", sortable="")
    return replace(one, student=key), replace(hint, name="" if squeezed else name, sortable="")


def _notes(handed: Sequence[Handed]) -> Iterable[str]:
    """Files whose names did not say what they are, and attempts that are kept beside the one that counts."""
    for one in handed:
        if one.recognised:
            yield f"{one.student}: {one.original} is taken for {one.slug}: {one.recognised}"
    counts: dict[tuple[str, str], list[Handed]] = {}
    for one in handed:
        counts.setdefault((one.student, one.slug), []).append(one)
    for (student, slug), several in counts.items():
        if len(several) > 1:
            yield f"{student}: {len(several)} attempts at {slug}; the latest is {several[-1].original}"
