"""What a person should look at: first what the grader could not grade, at the end who was late."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import fmean

from grader.core.grades import ClassGrades, Grade, Standing
from grader.core.points import points
from grader.core.report import GradeStatus, Status
from grader.core.safe_text import one_line
from grader.pages.analysis import attempted, handed_in
from grader.pages.not_run import first_causes
from grader.pages.scores_table import short_name

LIMITS = {Status.TIMED_OUT: "time", Status.OUT_OF_MEMORY: "memory"}
LOST_MOST = 0.5  # of the points lost
LOST_MUCH = 0.2  # of the points there are
FALL = 0.35  # of the points, beyond what the class lost
EARLIER, LATELY = 3, 2  # exercises
NOTHING = "nothing handed in at all"
FILES = 3  # of a student, in a notice
SILENT = 2  # exercises in a row
CAUSES = 3  # of a notebook


@dataclass(frozen=True)
class Notice:
    """One entry: the student's ID, the exercises that it is about, and why."""

    student: str
    exercises: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True)
class Concern:
    """Entries of one kind: the word for it, its tone, what it means, and whether it is shown unfolded."""

    what: str
    tone: str
    meaning: str
    notices: tuple[Notice, ...]
    urgent: bool = False


def attention(grades: ClassGrades) -> list[Concern]:
    """What needs or deserves a person's attention, the most urgent first; empty kinds are left out."""
    standings = grades.standings
    held = [
        c.slug
        for c in grades.columns
        if any(s.grades[c.slug].status != GradeStatus.MISSING for s in standings)
    ]
    something = {file.student for file in grades.not_taken}
    silent = tuple(n for s in standings for n in _silent(s, held, s.person.id in something))
    quiet = {notice.student for notice in silent}
    absent = tuple(notice for s in standings if s.person.id not in quiet for notice in _missing(s, held))
    left_out = tuple(notice for standing in standings for notice in _left_out(standing, grades))
    strangers = tuple(notice for standing in standings if grades.roster for notice in _stranger(standing))
    failed = "the grader failed, or the notebook is not graded yet; no score until a person has looked"
    kinds = [
        Concern(Status.UNGRADED, "open", failed, _each(grades, _ungraded), True),
        Concern(
            "unreadable",
            "bad",
            "not a notebook that can be run: 0 points",
            _each(grades, _unreadable),
            True,
        ),
        Concern(Status.FORBIDDEN, "low", "uses what the exercise forbids", _each(grades, _forbidden), True),
        Concern("not taken", "bad", "handed something in that is no attempt at an exercise", left_out, True),
        Concern(
            "elsewhere",
            "mid",
            "taken from a file with another exercise's name",
            _each(grades, _misplaced),
            True,
        ),
        Concern("not on the roster", "mid", "handed something in without being enrolled", strangers, True),
        Concern(Status.NOT_RUN.word, "mid", "answers are there, but could not run", _each(grades, _not_run)),
        Concern("stopped", "low", "lost most points to time or memory limits", _each(grades, _stopped)),
        Concern(
            "fell", "low", "did much worse lately, also compared to the class", tuple(_falls(grades, held))
        ),
        Concern("silent", "low", f"nothing handed in for the last {SILENT} exercises or more", silent),
        Concern("not begun", "none", "handed in, but no question was attempted", _each(grades, _untouched)),
        Concern("not handed in", "none", "something is missing", absent),
        Concern("time unknown", "none", "counted as in time", _each(grades, _untimed)),
        Concern("late", "mid", "handed in after the deadline", _each(grades, _late)),
    ]
    return [kind for kind in kinds if kind.notices]


def _each(grades: ClassGrades, reason: Callable[[Grade], str]) -> tuple[Notice, ...]:
    """A notice for each student, on all exercises for which `reason` is not ""."""
    out = []
    for standing in grades.standings:
        reasons = {slug: words for slug, grade in standing.grades.items() if (words := reason(grade))}
        if reasons:
            same = set(reasons.values())  # then it is said once
            words = (
                same.pop()
                if len(same) == 1
                else "; ".join(f"{short_name(s)}: {r}" for s, r in reasons.items())
            )
            out.append(Notice(standing.person.id, tuple(reasons), words))
    return tuple(out)


def _ungraded(grade: Grade) -> str:
    if grade.status != GradeStatus.UNGRADED:
        return ""
    if grade.report is None:
        return "handed in, not graded yet"
    tests = (test for question in grade.questions for test in question.tests)
    broken = (test.message or test.summary for test in tests if test.status == Status.UNGRADED)
    return grade.report.problem or next(broken, "") or "a test broke"


def _unreadable(grade: Grade) -> str:
    report = grade.report
    return report.problem or "" if report and report.score is not None and grade.override is None else ""


def _forbidden(grade: Grade) -> str:
    return ", ".join(question.name for question in grade.questions if question.status == Status.FORBIDDEN)


def _stopped(grade: Grade) -> str:
    report = grade.report
    if report is None or report.score is None or report.problem:
        return ""
    tests = [(question.name, test) for question in report.questions for test in question.tests]
    lost = [(test.status, name, test.max_points - test.points) for name, test in tests]
    parts, stopped = [], 0.0
    for status, word in LIMITS.items():
        here = {name: 0.0 for why, name, gone in lost if why == status and gone > 0}
        gone = sum(gone for why, _, gone in lost if why == status)
        stopped += gone
        parts += [f"{points(gone)} points to the {word} limit in {', '.join(here)}"] if here else []
    most = stopped > LOST_MOST * sum(gone for _, _, gone in lost) and stopped >= LOST_MUCH * report.max_score
    return " and ".join(parts) if most else ""


def _not_run(grade: Grade) -> str:
    """The first causes in a notebook that lost much to them."""
    tests = [test for question in grade.questions for test in question.tests]
    lost = sum(test.max_points for test in tests if test.status == Status.NOT_RUN)
    if not lost or lost < LOST_MUCH * sum(test.max_points for test in tests):
        return ""
    return "; ".join(f"{cause.words}; {cause.cost}" for cause in first_causes(grade.questions)[:CAUSES])


def _stranger(standing: Standing) -> Iterator[Notice]:
    there = tuple(slug for slug, grade in standing.grades.items() if handed_in(grade))
    if there and not standing.person.enrolled:
        yield Notice(standing.person.id, there)


def _falls(grades: ClassGrades, held: list[str]) -> Iterator[Notice]:
    """Students whose last scores, compared to the class's, are far below their earlier ones."""
    shares = [_shares(standing, held) for standing in grades.standings]
    means = {slug: fmean(known) for slug in held if (known := [row[slug] for row in shares if slug in row])}
    for standing, row in zip(grades.standings, shares, strict=True):
        before, lately = list(row)[:-LATELY], list(row)[-LATELY:]
        if len(before) < EARLIER:
            continue
        old, new = fmean(row[slug] for slug in before), fmean(row[slug] for slug in lately)
        old_mean, new_mean = fmean(means[slug] for slug in before), fmean(means[slug] for slug in lately)
        if old - new >= FALL and (old - old_mean) - (new - new_mean) >= FALL:
            words = f"{100 * old:.0f} % before, {100 * new:.0f} % in these (class: {100 * new_mean:.0f} %)"
            yield Notice(standing.person.id, tuple(lately), words)


def _shares(standing: Standing, held: list[str]) -> dict[str, float]:
    grades = {slug: standing.grades[slug] for slug in held if standing.grades[slug].report}
    known = {slug: grade.score for slug, grade in grades.items() if grade.max_score}
    return {slug: score / grades[slug].max_score for slug, score in known.items() if score is not None}


def _silent(standing: Standing, held: list[str], something: bool) -> Iterator[Notice]:
    """Students who handed in something once, or are enrolled, and then nothing."""
    there = [slug for slug in held if handed_in(standing.grades[slug])]
    since = held[held.index(there[-1]) + 1 :] if there else held
    if len(since) >= SILENT or (since and not there):
        why = "" if there else "nothing of what was handed in was taken" if something else NOTHING
        yield Notice(standing.person.id, tuple(since), why)


def _missing(standing: Standing, held: list[str]) -> Iterator[Notice]:
    grades = standing.grades
    gone = tuple(slug for slug in held if not handed_in(grades[slug]) and not grades[slug].dropped)
    if gone and standing.person.enrolled:
        yield Notice(standing.person.id, gone)


def _untouched(grade: Grade) -> str:
    problem = grade.report.problem if grade.report else None
    return "no question attempted" if grade.questions and not problem and not attempted(grade) else ""


def _late(grade: Grade) -> str:
    days = f"{grade.days_late} day{'' if grade.days_late == 1 else 's'} late"
    return grade.note or days if grade.days_late else ""


def _left_out(standing: Standing, grades: ClassGrades) -> Iterator[Notice]:
    """A student's files that were not taken, in one notice."""
    mine = [
        f"{one_line(file.file)}: {file.why}"
        for file in grades.not_taken
        if file.student == standing.person.id
    ]
    more = f"; and {len(mine) - FILES} more" if len(mine) > FILES else ""
    if mine:
        yield Notice(standing.person.id, (), "; ".join(mine[:FILES]) + more)


def _misplaced(grade: Grade) -> str:
    return grade.recognised if grade.recognised.startswith("is named") else ""


def _untimed(grade: Grade) -> str:
    return grade.on_time
