"""The term as it stands: everything in the gradebook, with overrides and the course's policies applied."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from grader.core.course import Course
from grader.core.grades import ClassGrades, Column, Grade, Override, Person, Standing
from grader.core.report import GradeStatus, Report
from grader.term.gradebook import Gradebook
from grader.term.gradebook.attempts import (
    RecordedAttempt,
    RecordedVerdict,
    attempts,
    path_of,
    reports,
    suite_keys,
    unjudged,
    verdicts,
)
from grader.term.gradebook.overrides import overrides
from grader.term.gradebook.people import has_roster, people
from grader.term.policies import ExerciseOutcome, Policy, ScoredAttempt, policy_from, student_total

Place = tuple[str, str]  # student, exercise
Load = Callable[[Gradebook, Sequence[int]], dict[int, Report]]


@dataclass(frozen=True)
class _Term:
    """What the gradebook holds, put in order."""

    attempts: dict[Place, list[RecordedAttempt]]
    verdicts: dict[int, RecordedVerdict]
    reports: dict[int, Report]
    overrides: dict[Place, tuple[Override, ...]]


def policy_of(course: Course) -> Policy:
    """The policies in `solutions/course.toml`.

    Raises:
        GraderError: a setting is unknown or invalid.
    """
    return policy_from(course.settings_file, list(course.exercises))


def needs_every_attempt(policy: Policy) -> bool:
    """Whether another attempt than the last may count."""
    return policy.attempts != "last" or policy.cut_off_days is not None


def not_in_class(policy: Policy, grades: ClassGrades) -> list[str]:
    """Students who have an extension and are nobody in the class: perhaps the name is misspelt."""
    known = {standing.person.id for standing in grades.standings}
    return sorted(set(policy.extensions) - known) if grades.roster else []


def class_grades(
    book: Gradebook, course: Course, load: Load = reports, at: datetime | None = None
) -> ClassGrades:
    """What everybody has, for all exercises that anybody has handed in or that should have been.

    Args:
        at: which deadlines are over; now, if None.
        load: number of a verdict → its report; for those who ask often and remember.

    Raises:
        GraderError: the policies cannot be read, or the gradebook cannot.
    """
    policy = policy_of(course)
    everybody, roster = people(book), has_roster(book)
    handed: dict[Place, list[RecordedAttempt]] = {}
    for attempt in attempts(book):
        handed.setdefault((attempt.received.key.student, attempt.received.key.exercise), []).append(attempt)
    for several in handed.values():
        several.sort(key=lambda attempt: attempt.order)
    keys = suite_keys(course)
    every = verdicts(book)
    current = current_verdicts(
        every, {a.id: keys.get(slug, "") for (_, slug), group in handed.items() for a in group}
    )
    decided: dict[Place, tuple[Override, ...]] = {}
    for one in overrides(book):
        decided[one.student, one.exercise] = (*decided.get((one.student, one.exercise), ()), one)
    wanted = [current[a.id].id for place in decided for a in handed.get(place, ()) if a.id in current]
    term = _Term(handed, current, load(book, wanted), decided)

    slugs = _slugs(course, policy, handed, at or datetime.now(UTC))
    points = _points(slugs, handed, current, keys)
    ids = {student for student, _ in handed} | {person.id for person in everybody.values() if person.enrolled}
    persons = [everybody.get(student, Person(student, enrolled=False)) for student in ids]
    persons = [replace(person, enrolled=person.enrolled or not roster) for person in persons]
    persons.sort(key=lambda person: (person.called.casefold(), person.id))
    standings = [_standing(person, term, policy, points) for person in persons]
    return ClassGrades(
        tuple(Column(slug, _title(course, slug), points[slug], policy.weights.get(slug, 0.0) if policy.weights else None)
              for slug in slugs),
        tuple(_with_reports(standings, book, load)),
        roster=roster,
        weighted=bool(policy.weights),
    )  # fmt: skip


def current_verdicts(
    every: Iterable[RecordedVerdict], suite_keys: Mapping[int, str]
) -> dict[int, RecordedVerdict]:
    """Attempt → its verdict by the suite as it is now; if there is none yet, the last one by another.

    Args:
        every: verdicts, the oldest first.
        suite_keys: attempt → what its suite is now.
    """
    current: dict[int, RecordedVerdict] = {}
    for verdict in every:
        old = current.get(verdict.attempt)
        if (
            old is None
            or old.suite_key != suite_keys.get(verdict.attempt)
            or verdict.suite_key == old.suite_key
        ):
            current[verdict.attempt] = verdict
    return current


def _slugs(course: Course, policy: Policy, handed: Iterable[Place], at: datetime) -> list[str]:
    used = {slug for _, slug in handed} | {
        slug for slug, deadline in policy.deadlines.items() if deadline < at
    }
    return [slug for slug in course.exercises if slug in used] + sorted(used - set(course.exercises))


def _title(course: Course, slug: str) -> str:
    return course.exercises[slug].title if slug in course.exercises else slug


def _points(
    slugs: Sequence[str],
    handed: Mapping[Place, list[RecordedAttempt]],
    current: Mapping[int, RecordedVerdict],
    keys: Mapping[str, str],
) -> dict[str, float]:
    """What each exercise is worth: by its suite as it is now, else by the last one that judged anything."""
    now: dict[str, float] = {}
    before: dict[str, float] = {}
    for (_, slug), group in handed.items():
        for attempt in group:
            verdict = current.get(attempt.id)
            if verdict is not None:
                kind = now if verdict.suite_key == keys.get(slug) else before
                kind[slug] = max(kind.get(slug, 0.0), verdict.max_score)
    return {slug: now.get(slug, before.get(slug, 0.0)) for slug in slugs}


def _standing(person: Person, term: _Term, policy: Policy, points: Mapping[str, float]) -> Standing:
    mine = [(slug, attempt) for slug in points for attempt in term.attempts.get((person.id, slug), ())]
    offered = [
        _offered(slug, attempt, _raw(term, person.id, slug, attempt), points[slug]) for slug, attempt in mine
    ]
    decided = {slug: term.overrides.get((person.id, slug), ()) for slug in points}
    whole = {slug: one.score for slug, several in decided.items() for one in several if not one.question}
    fixed = {slug: score for slug, score in whole.items() if score is not None}
    result = student_total(policy, person.id, offered, points, fixed)
    grades = {}
    for slug, outcome in result.outcomes.items():
        attempt = mine[outcome.attempt][1] if outcome.attempt is not None else None
        count = len(term.attempts.get((person.id, slug), ()))
        grades[slug] = _grade(person.id, slug, points[slug], outcome, attempt, term, decided[slug], count)
    return Standing(person, grades, result.total, result.max_total)


def _grade(
    student: str,
    slug: str,
    points: float,
    outcome: ExerciseOutcome,
    attempt: RecordedAttempt | None,
    term: _Term,
    decided: tuple[Override, ...],
    count: int,
) -> Grade:
    verdict = term.verdicts.get(attempt.id) if attempt and not attempt.unjudged else None
    nothing = attempt is None and outcome.score is None
    status = GradeStatus.MISSING if nothing else GradeStatus.of(outcome.score)
    received = attempt.received if attempt else None
    return Grade(
        student, slug, status, points,
        score=outcome.score, raw=outcome.raw, penalty=outcome.penalty, days_late=outcome.days_late,
        grace_days=outcome.grace_days, note=outcome.note, dropped=outcome.dropped,
        path=path_of(received.path) if received else None,
        submitted_at=received.submitted_at if received else "",
        attempts=count,
        participant=received.lms_id if received and received.kind == "moodle" else "",
        overrides=decided,
        verdict=verdict.id if verdict else -attempt.id if attempt and attempt.unjudged else None,
    )  # fmt: skip


def _raw(term: _Term, student: str, slug: str, attempt: RecordedAttempt) -> float | None:
    """An attempt's score with the overrides of its questions; None if it is not judged."""
    verdict = term.verdicts.get(attempt.id)
    if verdict is None or attempt.unjudged:
        return None
    decided = {one.question: one.score for one in term.overrides.get((student, slug), ()) if one.question}
    report = term.reports.get(verdict.id)
    if report is None or not any(score is not None for score in decided.values()):
        return verdict.score
    scores = [decided.get(q.name) if decided.get(q.name) is not None else q.score for q in report.questions]
    return round(sum(score for score in scores if score is not None), 6)


def _with_reports(standings: Sequence[Standing], book: Gradebook, load: Load) -> Iterable[Standing]:
    """The standings with the reports that count, and no others, read from the gradebook."""
    numbers = [
        grade.verdict
        for standing in standings
        for grade in standing.grades.values()
        if grade.verdict is not None
    ]
    judged = load(book, [number for number in numbers if number > 0])
    broken = unjudged(book, [-number for number in numbers if number < 0])
    for standing in standings:
        grades = {}
        for slug, grade in standing.grades.items():
            number = grade.verdict
            report = None if number is None else judged.get(number) if number > 0 else broken.get(-number)
            named = replace(report, student=standing.person.id) if report else None
            grades[slug] = replace(grade, report=named, verdict=number if number and number > 0 else None)
        yield replace(standing, grades=grades)


def _offered(slug: str, attempt: RecordedAttempt, raw: float | None, points: float) -> ScoredAttempt:
    return ScoredAttempt(slug, raw, points, _when(attempt.received.submitted_at), attempt.received.late)


def _when(stamp: str) -> datetime | None:
    return datetime.fromisoformat(stamp).astimezone(UTC) if stamp else None
