"""Match each submission to a student, by the roster if there is one, otherwise by folder or file name."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from grader.core.course import Course
from grader.core.errors import GraderError, nearest
from grader.core.safe_text import storable
from grader.core.students import Person, fits
from grader.exchange.intake.handed_in import Handed, Intake, NotTaken
from grader.exchange.matching import identify
from grader.term.gradebook import Gradebook
from grader.term.gradebook.attempts import Received, attempts, now, path_of
from grader.term.gradebook.people import enrol, has_roster, meet, people


def whose(
    book: Gradebook, intake: Intake, listed: Sequence[Person] | None = None
) -> tuple[Intake, list[str]]:
    """Each submission with its student; the gradebook learns who the students are.

    Args:
        listed: a roster, which replaces an earlier one; by default the gradebook's, if it has one.

    Returns:
        What was handed in, under the ids that the gradebook has for the students, and notes to print.

    Raises:
        GraderError: the gradebook cannot be used.
    """
    known = people(book).values()
    if listed is not None:
        renamed = {old.id: new.id for old in known if (new := identify(listed, old)) and new.id != old.id}
        if renamed:  # the work of two may become that of one
            book.back_up(f"before-roster-{now().replace(':', '')[:17]}")
        enrol(book, listed, renamed)
    elif has_roster(book):
        listed = [person for person in known if person.enrolled]
    names = _storable_names(intake.handed)
    pairs = [_with_person(handed, names[handed.student], listed or []) for handed in intake.handed]
    meet(book, {person.id: person for _, person in pairs}.values())
    return replace(intake, handed=tuple(handed for handed, _ in pairs)), list(_notes(intake.handed))


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
    handed = [
        Handed(
            each.key.student, each.key.exercise, path, each.kind, each.original, order,
            each.recognised, each.strength, each.doubt, submitted_at=each.submitted_at, late=each.late,
            lms_id=each.lms_id,
        )
        for order, (path, each) in enumerate(files.items())
    ]  # fmt: skip
    handed.sort(key=lambda each: (each.student, each.slug, each.order))
    return Intake("gradebook", f"{len(handed)} notebooks that it names", tuple(handed), tuple(gone))


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
    hint = Person(key, storable(handed.name), email=storable(handed.email))
    squeezed = handed.kind == "canvas"  # "doejane" identifies a student, but is not a name to show
    if squeezed:
        hint = replace(hint, sortable=hint.name, canvas=handed.lms_id)
    known = identify(roster, hint)
    shown = "" if known or squeezed else hint.name
    person = replace(hint, id=known.id if known else key, name=shown, sortable="")
    return replace(handed, student=person.id), person


def _notes(handed: Sequence[Handed]) -> Iterator[str]:
    """Files whose exercise was recognised by content, and attempts that are kept but do not count."""
    attempts: dict[tuple[str, str], list[Handed]] = {}
    for each in handed:
        attempts.setdefault((each.student, each.slug), []).append(each)
        if each.recognised:
            yield f"{each.student}: {each.original} is taken for {each.slug}: {each.recognised}"
    for (student, slug), several in attempts.items():
        if len(several) > 1:
            why = _why_last(several)
            yield f"{student}: {len(several)} attempts at {slug}; {several[-1].original} counts: {why}"


def _why_last(several: Sequence[Handed]) -> str:
    """Why the last of several attempts is the one that counts."""
    last, before = several[-1].strength, several[-2].strength
    if last // 4 > before // 4:
        return "it has answers" if last // 4 == 2 else "the other is as it was handed out"
    if last // 2 > before // 2:
        return "it is named after the exercise"
    return "it is not hidden" if last > before else "it is the latest"
