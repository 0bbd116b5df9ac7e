"""What everybody has now: everything in the gradebook, with overrides and the course's policies applied."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from grader.core.course import Course
from grader.core.grades import ClassGrades, Column, Grade, Override, Ruling, Standing
from grader.core.report import GradeStatus, Report
from grader.core.students import Person
from grader.engine.verdict_key import verdict_keys
from grader.term.gradebook import Gradebook
from grader.term.gradebook.attempts import (
    RecordedAttempt,
    RecordedVerdict,
    attempts,
    path_of,
    reports,
    strongest,
    unjudged,
    verdicts,
)
from grader.term.gradebook.belonging import require_own
from grader.term.gradebook.inbox import asked_for, not_taken
from grader.term.gradebook.overrides import overrides
from grader.term.gradebook.people import has_roster, people
from grader.term.gradebook.rulings import rulings
from grader.term.policies import Policy, ScoredAttempt, StudentTotal, policy_from, student_total
from grader.term.ruled import decided, ruled

Cell = tuple[str, str]  # student, exercise
Rulings = Mapping[str, Mapping[str, Ruling]]  # exercise → question → ruling
Load = Callable[[Gradebook, Sequence[int]], dict[int, Report]]


@dataclass(frozen=True)
class _Term:
    """What the gradebook holds, in order; `verdicts` has the current one of each attempt."""

    attempts: dict[Cell, list[RecordedAttempt]]
    verdicts: dict[int, RecordedVerdict]
    overrides: dict[Cell, list[Override]]


@dataclass(frozen=True)
class _Row:
    """A student, what the policies make of their attempts, and the attempt that counts in each exercise."""

    person: Person
    total: StudentTotal
    counting: dict[str, RecordedAttempt]


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
    """Students with an extension who are not in the class; their names may be misspelt."""
    known = {standing.person.id for standing in grades.standings}
    return sorted(set(policy.extensions) - known) if grades.roster else []


def class_grades(book: Gradebook, course: Course, load: Load = reports) -> ClassGrades:
    """The grades of the whole class, for every exercise asked for or handed in, or whose deadline is over.

    If some were asked for, or have a deadline or a weight, no other one counts in the totals.

    Args:
        load: numbers of verdicts → their reports; for callers that ask often and remember them.

    Raises:
        GraderError: the policies or the gradebook cannot be read.
    """
    require_own(book, course)
    policy, roster, keys = policy_of(course), has_roster(book), verdict_keys(course)
    ruling, left_out = rulings(book), tuple(not_taken(book))
    load = partial(_load_ruled, load, ruling)
    term = _ruled_term(book, _read(book, keys), ruling, load)
    slugs, policy = _counted(course, policy, term.attempts, asked_for(book))
    points = _points(slugs, term, keys)
    touched = [term.verdicts.get(a.id) for cell in term.overrides for a in term.attempts.get(cell, ())]
    overridden = load(book, [verdict.id for verdict in touched if verdict])
    persons = _persons(book, term, roster, {file.student for file in left_out})
    rows = [_row(person, term, policy, points, overridden) for person in persons]
    counting = [attempt for row in rows for attempt in row.counting.values()]
    judged = [term.verdicts[a.id].id for a in counting if a.id in term.verdicts and not a.failed_at]
    documents = load(book, judged), unjudged(book, [a.id for a in counting if a.failed_at])
    titles = {slug: exercise.title for slug, exercise in course.exercises.items()}
    weights = {slug: policy.weights.get(slug, 0.0) if policy.weights else None for slug in slugs}
    return ClassGrades(
        tuple(Column(slug, titles.get(slug, slug), points[slug], weights[slug]) for slug in slugs),
        tuple(
            Standing(row.person, _grades(row, term, points, *documents), row.total.total, row.total.max_total)
            for row in rows
        ),
        roster=roster,
        weighted=bool(policy.weights),
        not_taken=left_out,
    )


def _load_ruled(load: Load, rulings: Rulings, book: Gradebook, numbers: Sequence[int]) -> dict[int, Report]:
    """Reports as the rulings on their exercises make them."""
    found = load(book, numbers)
    return {number: ruled(report, rulings.get(report.exercise, {})) for number, report in found.items()}


def _ruled_term(book: Gradebook, term: _Term, rulings: Rulings, load: Load) -> _Term:
    """What the gradebook holds, with the scores and the comments that rulings give."""
    cells = [cell for cell in term.attempts if cell[1] in rulings]
    known = [term.verdicts.get(attempt.id) for cell in cells for attempt in term.attempts[cell]]
    before = {verdict.id: verdict for verdict in known if verdict}
    scores = {
        before[number].attempt: replace(before[number], score=report.score, max_score=report.max_score)
        for number, report in load(book, list(before)).items()
        if report.score is not None
    }
    comments = {
        (who, slug): decided(term.overrides.get((who, slug), ()), who, rulings[slug]) for who, slug in cells
    }
    return replace(term, verdicts=term.verdicts | scores, overrides=term.overrides | comments)


def _read(book: Gradebook, keys: Mapping[str, str]) -> _Term:
    cells: dict[Cell, list[RecordedAttempt]] = {}
    key_of: dict[int, str] = {}
    for attempt in sorted(attempts(book), key=lambda attempt: attempt.order):
        key = attempt.received.key
        cells.setdefault((key.student, key.exercise), []).append(attempt)
        key_of[attempt.id] = keys.get(key.exercise, "")
    decided: dict[Cell, list[Override]] = {}
    for override in overrides(book):
        decided.setdefault((override.student, override.exercise), []).append(override)
    # The last one of an attempt is current: by the suite as it is now or, without such, the latest.
    ranked = sorted(verdicts(book), key=lambda verdict: verdict.suite_key == key_of[verdict.attempt])
    return _Term(cells, {verdict.attempt: verdict for verdict in ranked}, decided)


def _persons(book: Gradebook, term: _Term, roster: bool, others: Collection[str]) -> list[Person]:
    """Everybody on the roster, with an attempt or in `others`, by name; without a roster all are enrolled."""
    known = people(book)
    ids = (
        known.keys() & set(others)
        | {student for student, _ in term.attempts}
        | {p.id for p in known.values() if p.enrolled}
    )
    persons = [known.get(student, Person(student, enrolled=False)) for student in ids]
    persons.sort(key=lambda person: (person.called.casefold(), person.id))
    return persons if roster else [replace(person, enrolled=True) for person in persons]


def _counted(
    course: Course, policy: Policy, handed: Iterable[Cell], asked: Collection[str]
) -> tuple[list[str], Policy]:
    """The exercises that are shown, and the policy by which only those count that were asked for."""
    now = datetime.now(UTC)
    over = {slug for slug, deadline in policy.deadlines.items() if deadline < now}
    used = {slug for _, slug in handed} | over | set(asked)
    slugs = [slug for slug in course.exercises if slug in used] + sorted(used - set(course.exercises))
    wanted = {*asked, *policy.deadlines, *policy.weights}
    extra = tuple(slug for slug in slugs if wanted and slug not in (*wanted, *policy.dropped))
    return slugs, replace(policy, dropped=(*policy.dropped, *extra))


def _points(slugs: Sequence[str], term: _Term, keys: Mapping[str, str]) -> dict[str, float]:
    """What each exercise is worth: by its suite as it is now, otherwise by earlier ones."""
    points = dict.fromkeys(slugs, (False, 0.0))
    for (_, slug), group in term.attempts.items():
        for verdict in [term.verdicts[attempt.id] for attempt in group if attempt.id in term.verdicts]:
            points[slug] = max(points[slug], (verdict.suite_key == keys.get(slug), verdict.max_score))
    return {slug: most for slug, (_, most) in points.items()}


def _row(
    person: Person, term: _Term, policy: Policy, points: Mapping[str, float], reports: Mapping[int, Report]
) -> _Row:
    mine = [
        (slug, attempt) for slug in points for attempt in strongest(term.attempts.get((person.id, slug), ()))
    ]
    scored = [_scored(person.id, slug, attempt, term, points, reports) for slug, attempt in mine]
    final = {
        slug: override.score
        for slug in points
        for override in term.overrides.get((person.id, slug), ())
        if not override.question and override.score is not None
    }
    total = student_total(policy, person.id, scored, points, final)
    counting = {slug: mine[o.attempt][1] for slug, o in total.outcomes.items() if o.attempt is not None}
    return _Row(person, total, counting)


def _scored(
    student: str,
    slug: str,
    attempt: RecordedAttempt,
    term: _Term,
    points: Mapping[str, float],
    reports: Mapping[int, Report],
) -> ScoredAttempt:
    """An attempt with its score after the overrides of questions; None if it could not be judged."""
    verdict = None if attempt.failed_at else term.verdicts.get(attempt.id)
    score = verdict.score if verdict else None
    overrides = [each for each in term.overrides.get((student, slug), ()) if each.question]
    set_by_hand = {each.question: each.score for each in overrides if each.score is not None}
    report = reports.get(verdict.id) if verdict and set_by_hand else None
    if report is not None:
        scores = [set_by_hand.get(question.name, question.score) for question in report.questions]
        score = round(sum(each for each in scores if each is not None), 6)
    stamp = attempt.received.submitted_at
    at = datetime.fromisoformat(stamp).astimezone(UTC) if stamp else None
    return ScoredAttempt(slug, score, points[slug], at, attempt.received.late)


def _grades(
    row: _Row,
    term: _Term,
    points: Mapping[str, float],
    judged: Mapping[int, Report],
    broken: Mapping[int, Report],
) -> dict[str, Grade]:
    """A student's grade in each exercise, with the report of the attempt that counts."""
    grades, student = {}, row.person.id
    for slug, outcome in row.total.outcomes.items():
        attempt = row.counting.get(slug)
        received = attempt.received if attempt else None
        verdict = term.verdicts.get(attempt.id) if attempt and not attempt.failed_at else None
        report = judged.get(verdict.id) if verdict else broken.get(attempt.id) if attempt else None
        nothing = attempt is None and outcome.score is None
        grades[slug] = Grade(
            student, slug, GradeStatus.MISSING if nothing else GradeStatus.of(outcome.score), points[slug],
            score=outcome.score, raw=outcome.raw, penalty=outcome.penalty, days_late=outcome.days_late,
            grace_days=outcome.grace_days, note=outcome.note, dropped=outcome.dropped,
            untimed=outcome.untimed,
            report=replace(report, student=student) if report else None,
            path=path_of(received.path) if received else None,
            submitted_at=received.submitted_at if received else "",
            recognised=received.recognised if received else "",
            attempts=len(term.attempts.get((student, slug), ())),
            participant=received.lms_id if received and received.kind == "moodle" else "",
            overrides=tuple(term.overrides.get((student, slug), ())),
            verdict=verdict.id if verdict else None,
        )  # fmt: skip
    return grades
