"""Match each submission to a student, by the roster if there is one, otherwise by folder or file name."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from grader.core.course import Course
from grader.core.errors import GraderError, nearest
from grader.core.safe_text import shown_name, storable
from grader.core.students import Person, fits
from grader.exchange.intake.handed_in import Handed, Intake, NotTaken, UploadFacts
from grader.exchange.matching import identify
from grader.term.gradebook import Gradebook
from grader.term.gradebook.attempts import Received, attempts, now, path_of, text_of
from grader.term.gradebook.inbox import ask_for, keep_not_taken
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
        matches = {old.id: new.id for old in known if (new := identify(listed, old)) and new.id != old.id}
        _refuse_doubles(matches, {person.id: person for person in listed})
        if matches:  # the work of two may become that of one
            book.back_up(f"before-roster-{now().replace(':', '')[:17]}")
        enrol(book, listed, matches)
    elif has_roster(book):
        listed = [person for person in known if person.enrolled]
    roster, mine = listed or [], {each.student: each for each in intake.handed}
    facts: dict[str, UploadFacts] = {
        file.student: intake.people[file.student] for file in intake.unknown if file.student in intake.people
    }
    facts |= mine
    names = _storable_names(facts)
    persons = {
        key: _person(facts[key], names[key], mine[key].kind if key in mine else intake.kind, roster)
        for key in facts
    }
    enrolled = {person.id: person for person in roster}
    _refuse_doubles({key: who.id for key, who in persons.items() if who.id in enrolled}, enrolled)
    meet(book, persons.values())
    whole = replace(
        intake,
        handed=tuple(replace(each, student=persons[each.student].id) for each in intake.handed),
        unknown=tuple(_of_person(file, persons, roster) for file in intake.unknown),
    )
    return whole, list(_notes(intake.handed))


def _refuse_doubles(matches: Mapping[str, str], roster: Mapping[str, Person]) -> None:
    """Nobody on a roster is two people of a source.

    Args:
        matches: whom the source names → ID on the roster.

    Raises:
        GraderError: two of the source would become one; both are named.
    """
    first: dict[str, str] = {}
    for source, id in sorted(matches.items()):
        if id in first:
            both = f"{shown_name(first[id])} and {shown_name(source)}"
            remedy = "give both their own line with an ID on the roster, or rename the one that is not meant"
            raise GraderError(f"{both} would both be {shown_name(roster[id].called)} ({id}); {remedy}")
        first[id] = source


def _of_person(file: NotTaken, persons: Mapping[str, Person], roster: Sequence[Person]) -> NotTaken:
    """The file with the student's ID, by the folder that it is in if nothing else says whose it is."""
    student = persons[file.student].id if file.student in persons else ""
    folder = storable(file.file.partition("/")[0])
    known = persons.get(folder) or identify(roster, Person(folder, folder))
    who = student or (known.id if known else "")
    return NotTaken(storable(file.file), storable(file.why), who)


def keep_intake(
    book: Gradebook, course: Course, source: Path | None, taken: Intake, whole: bool, slugs: Iterable[str]
) -> None:
    """Keep what was not taken, and which exercises were asked for.

    Args:
        source: where it was handed in; nothing is kept without one.
        taken: as `whose` returns it.
        whole: everything in the source was looked at.
        slugs: the exercises asked for, or their beginnings; none for all.
    """
    if source is None:
        return
    keep_not_taken(book, text_of(source.absolute()), taken.unknown, whole)
    ask_for(book, [course.find(slug).slug for slug in slugs], {each.slug for each in taken.handed})


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


def _storable_names(keys: Iterable[str]) -> dict[str, str]:
    """A student's key → the key as text that a database takes; no two become the same."""
    names: dict[str, str] = {}
    for student in sorted(set(keys), key=lambda key: (storable(key) != key, key)):
        name = storable(student)
        while name in names.values():
            name += "_"
        names[student] = name
    return names


def _person(facts: UploadFacts, key: str, kind: str, roster: Sequence[Person]) -> Person:
    """A student by what the source says, with the roster's ID if they are on it."""
    hint = Person(key, storable(facts.name), email=storable(facts.email))
    squeezed = kind == "canvas"  # "doejane" identifies a student, but is not a name to show
    if squeezed:
        hint = replace(hint, sortable=hint.name, canvas=facts.lms_id)
    known = identify(roster, hint)
    shown = "" if known or squeezed else hint.name
    return replace(hint, id=known.id if known else key, name=shown, sortable="")


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
