"""What a person should look at, in sentences: first what the grader could not judge, at the end who was late."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import fmean

from grader.core.grades import ClassGrades, Grade, Standing
from grader.core.report import GradeStatus, Status
from grader.core.text import points
from grader.pages.analysis import attempted, handed_in
from grader.pages.scores_table import short_name

LIMITS = {Status.TIMED_OUT: "time", Status.OUT_OF_MEMORY: "memory"}
LOST_MOST = 0.5  # of the points lost
LOST_MUCH = 0.2  # of the points there are
FALL = 0.35  # of the points, beyond what the class lost
EARLIER, LATELY = 3, 2  # exercises
SILENT = 2  # exercises in a row


@dataclass(frozen=True)
class Notice:
    """One entry: the student's id, the exercises that it is about, and why."""

    student: str
    exercises: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Concern:
    """Entries of one kind: the word for it, its tone, what it means, and whether it is shown unfolded."""

    what: str
    tone: str
    meaning: str
    notices: tuple[Notice, ...]
    urgent: bool = False


def attention(grades: ClassGrades) -> list[Concern]:
    """Everything that needs a person or deserves one, the most urgent first; kinds without an entry are left
    out.
    """
    held = [
        c.slug
        for c in grades.columns
        if any(s.grades[c.slug].status != GradeStatus.MISSING for s in grades.standings)
    ]
    silent = [notice for standing in grades.standings for notice in _silent(standing, held)]
    quiet = {notice.student for notice in silent}
    absent = [notice for s in grades.standings if s.person.id not in quiet for notice in _missing(s, held)]
    strangers = [notice for standing in grades.standings if grades.roster for notice in _stranger(standing)]
    failed = "the grader failed on it, or it is not judged yet: no score until a person has looked"
    foreign = "handed something in, but nobody of that name is enrolled"
    kinds = [
        Concern(Status.UNGRADED, "open", failed, _each(grades, _ungraded), True),
        Concern(
            "unreadable", "bad", "no notebook that can be run: 0 points", _each(grades, _unreadable), True
        ),
        Concern(
            Status.FORBIDDEN,
            "low",
            "the notebook uses what the exercise forbids",
            _each(grades, _forbidden),
            True,
        ),
        Concern("not on the roster", "mid", foreign, tuple(strangers), True),
        Concern(
            "stopped",
            "low",
            "most of the points lost went to limits of time or memory",
            _each(grades, _stopped),
        ),
        Concern(
            "fell",
            "low",
            "did much worse lately than before, beyond what the class did",
            tuple(_falls(grades, held)),
        ),
        Concern("silent", "low", f"nothing handed in for the last {SILENT} exercises or more", tuple(silent)),
        Concern("not begun", "none", "handed in, but no question was attempted", _each(grades, _untouched)),
        Concern("not handed in", "none", "something is missing", tuple(absent)),
        Concern("late", "mid", "handed in after the deadline", _each(grades, _late)),
    ]
    return [kind for kind in kinds if kind.notices]


def _each(grades: ClassGrades, reason: Callable[[Grade], str]) -> tuple[Notice, ...]:
    """A notice a student, on all exercises for which `reason` has words."""
    out = []
    for standing in grades.standings:
        found = {slug: said for slug, grade in standing.grades.items() if (said := reason(grade))}
        if found:
            alike = len(set(found.values())) == 1  # then it is said once
            reasons = [said if alike else f"{short_name(slug)}: {said}" for slug, said in found.items()]
            out.append(Notice(standing.person.id, tuple(found), reasons[0] if alike else "; ".join(reasons)))
    return tuple(out)


def _ungraded(grade: Grade) -> str:
    if grade.status != GradeStatus.UNGRADED:
        return ""
    if grade.report is None:
        return "handed in, not judged yet"
    tests = (
        test
        for question in grade.report.questions
        for test in question.tests
        if test.status == Status.UNGRADED
    )
    return (
        grade.report.problem or next((test.message or test.summary for test in tests), "") or "a test broke"
    )


def _unreadable(grade: Grade) -> str:
    report = grade.report
    return report.problem or "" if report and report.score is not None and grade.override is None else ""


def _forbidden(grade: Grade) -> str:
    found = (
        [question.name for question in grade.report.questions if question.status == Status.FORBIDDEN]
        if grade.report
        else []
    )
    return ", ".join(found)


def _stopped(grade: Grade) -> str:
    report = grade.report
    if report is None or report.score is None or report.problem:
        return ""
    lost: dict[str, float] = {}
    where: dict[str, dict[str, None]] = {}
    for question in report.questions:
        for test in question.tests:
            if test.points < test.max_points:
                lost[test.status] = lost.get(test.status, 0.0) + test.max_points - test.points
                where.setdefault(test.status, {})[question.name] = None
    stopped = sum(lost.get(status, 0.0) for status in LIMITS)
    if stopped <= LOST_MOST * sum(lost.values()) or stopped < LOST_MUCH * report.max_score:
        return ""
    parts = [
        (word, lost[status], ", ".join(where[status])) for status, word in LIMITS.items() if status in lost
    ]
    return " and ".join(
        f"{points(gone)} points to limits of {word} in {names}" for word, gone, names in parts
    )


def _stranger(standing: Standing) -> Iterator[Notice]:
    there = tuple(slug for slug, grade in standing.grades.items() if handed_in(grade))
    if there and not standing.person.enrolled:
        yield Notice(standing.person.id, there, "")


def _falls(grades: ClassGrades, held: list[str]) -> Iterator[Notice]:
    """Those whose last scores, beside the class's, are far below their earlier ones."""
    shares = [
        {slug: share for slug in held if (share := _share(s.grades[slug])) is not None}
        for s in grades.standings
    ]
    means = {slug: fmean(known) for slug in held if (known := [row[slug] for row in shares if slug in row])}
    for standing, row in zip(grades.standings, shares, strict=True):
        done = list(row)
        before, lately = done[:-LATELY], done[-LATELY:]
        if len(before) < EARLIER:
            continue
        fall = fmean(row[s] - means[s] for s in before) - fmean(row[s] - means[s] for s in lately)
        old, new = fmean(row[s] for s in before), fmean(row[s] for s in lately)
        if fall >= FALL and old - new >= FALL:
            was = f"{100 * old:.0f} % before, {100 * new:.0f} % in these"
            yield Notice(
                standing.person.id,
                tuple(lately),
                f"{was} (class: {100 * fmean(means[s] for s in lately):.0f} %)",
            )


def _silent(standing: Standing, held: list[str]) -> Iterator[Notice]:
    """Who handed in something once, or is enrolled, and then nothing."""
    there = [slug for slug in held if handed_in(standing.grades[slug])]
    since = held[held.index(there[-1]) + 1 :] if there else held
    if len(since) >= SILENT or (since and not there):
        yield Notice(standing.person.id, tuple(since), "" if there else "nothing handed in at all")


def _missing(standing: Standing, held: list[str]) -> Iterator[Notice]:
    gone = tuple(
        slug for slug in held if not handed_in(standing.grades[slug]) and not standing.grades[slug].dropped
    )
    if gone and standing.person.enrolled:
        yield Notice(standing.person.id, gone, "")


def _untouched(grade: Grade) -> str:
    report = grade.report
    begun = report is None or not report.questions or attempted(report)
    return "" if begun or (report and report.problem) else "no question attempted"


def _late(grade: Grade) -> str:
    if not grade.days_late:
        return ""
    return grade.note or f"{grade.days_late} day{'' if grade.days_late == 1 else 's'} late"


def _share(grade: Grade) -> float | None:
    return (
        grade.score / grade.max_score
        if grade.score is not None and grade.max_score and grade.report
        else None
    )
