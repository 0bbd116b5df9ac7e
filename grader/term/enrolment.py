"""Match each submission to a student, by the roster if there is one, otherwise by folder or file name."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.core.course import Course, nearest
from grader.core.errors import GraderError
from grader.core.grades import Person, fits
from grader.core.text import storable
from grader.exchange.intake.handed_in import Handed, Intake, NotTaken
from grader.exchange.matching import identify
from grader.term.gradebook import Gradebook
from grader.term.gradebook.attempts import Received, attempts, path_of
from grader.term.gradebook.people import enrol, has_roster, meet, people


@dataclass(frozen=True)
class TakenIn:
    """What was handed in, under the names that the gradebook has for the students, with notes to print."""

    intake: Intake
    handed: tuple[Handed, ...]
    notes: tuple[str, ...]


def whose(book: Gradebook, intake: Intake, listed: Sequence[Person] | None = None) -> TakenIn:
    """Each submission with its student; the gradebook learns who the students are.

    Args:
        listed: a roster, which replaces an earlier one; by default the gradebook's, if it has one.

    Raises:
        GraderError: the gradebook cannot be used.
    """
    known = people(book).values()
    if listed is not None:
        renamed = {old.id: new.id for old in known if (new := identify(listed, old)) and new.id != old.id}
        enrol(book, listed, renamed)
    elif has_roster(book):
        listed = [person for person in known if person.enrolled]
    names = _storable_names(intake.handed)
    pairs = [_with_person(handed, names[handed.student], listed or []) for handed in intake.handed]
    meet(book, {person.id: person for _, person in pairs}.values())
    return TakenIn(intake, tuple(handed for handed, _ in pairs), tuple(_notes(intake.handed)))


def handed_before(
    book: Gradebook, course: Course, slugs: Iterable[str] = (), students: Iterable[str] = ()
) -> Intake:
    """Everything in the gradebook whose file still exists, for example to grade it with a corrected test.

    Raises:
        GraderError: there is no such exercise, or none of the files exists any more.
    """
    wanted = {nearest(slug, list(course.exercises), "exercise") for slug in slugs} or set(course.exercises)
    globs = list(students) or ["*"]
    files: dict[Path, Received] = {}
    gone: list[NotTaken] = []
    for attempt in sorted(attempts(book), key=lambda attempt: attempt.order):
        key, path = attempt.received.key, path_of(attempt.received.path)
        if key.exercise in wanted and fits(globs, key.student):
            if os.path.lexists(path):
                files[path] = attempt.received  # of several contents that a file had, the last
            else:
                why = f"{path} is not there any more; its last result stays"
                gone.append(NotTaken(f"{key.student} {key.exercise}", why))
    if not files:
        raise GraderError("the gradebook names no notebook that is still there; give SUBMISSIONS")
    handed = [_handed(received, path, order) for order, (path, received) in enumerate(files.items())]
    handed.sort(key=lambda each: (each.student, each.slug, each.order))
    return Intake("gradebook", f"{len(handed)} notebooks that it names", tuple(handed), tuple(gone))


def _handed(received: Received, path: Path, order: int) -> Handed:
    return Handed(
        received.key.student, received.key.exercise, path, received.kind, received.original,
        received.submitted_at, received.late, lms_id=received.lms_id, order=order,
    )  # fmt: skip


def _storable_names(handed: Iterable[Handed]) -> dict[str, str]:
    """A student's key → the key as text that a database takes; no two become the same."""
    names: dict[str, str] = {}
    for student in sorted({each.student for each in handed}, key=lambda key: (storable(key) != key, key)):
        name = storable(student)
        while name in names.values():
            name += "_"
        names[student] = name
    return names


def _with_person(handed: Handed, key: str, roster: Sequence[Person]) -> tuple[Handed, Person]:
    name, email = storable(handed.name), storable(handed.email)
    hint = Person(key, name, email=email)
    if handed.kind == "canvas":  # "doejane" identifies a student, but is not a name to show
        hint = replace(hint, sortable=name, canvas=handed.lms_id)
    known = identify(roster, hint)
    if known is not None:
        return replace(handed, student=known.id), replace(hint, id=known.id, name="", sortable="")
    shown = "" if handed.kind == "canvas" else name
    return replace(handed, student=key), replace(hint, name=shown, sortable="")


def _notes(handed: Sequence[Handed]) -> Iterator[str]:
    """Files whose exercise was recognised by content, and attempts that are kept but do not count."""
    attempts: dict[tuple[str, str], list[Handed]] = {}
    for each in handed:
        attempts.setdefault((each.student, each.slug), []).append(each)
        if each.recognised:
            yield f"{each.student}: {each.original} is taken for {each.slug}: {each.recognised}"
    for (student, slug), several in attempts.items():
        if len(several) > 1:
            yield f"{student}: {len(several)} attempts at {slug}; the latest is {several[-1].original}"
