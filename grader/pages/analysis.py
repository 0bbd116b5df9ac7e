"""What the results say of the questions: how hard they are, whom they tell apart, the mistakes made, the time
taken.

Everything here is a pure function of the class's grades. ItemStatistics analysis follows the textbooks: the difficulty
index p and the discrimination index D of R. L. Ebel & D. A. Frisbie, *Essentials of Educational Measurement*
(5th ed., 1991), ch. 13, D with the upper and lower 27 % of T. L. Kelley, "The selection of upper and lower
groups for the validation of test items", *J. Educ. Psychol.* 30 (1939) 17–24; and the item–total correlation,
corrected by leaving the item itself out of the total, S. Henrysson, "Correction of item-total correlations in
item analysis", *Psychometrika* 28 (1963) 211–218.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import StatisticsError, correlation, fmean, median

from grader.core.grades import ClassGrades, Grade
from grader.core.report import GradeStatus, Report, Status

TAIL = 0.27  # Kelley: the share that makes upper and lower group differ most surely
ENOUGH = 20  # notebooks before a figure is put into words; with fewer, chance decides
HARD, EASY, WEAK = 0.2, 0.95, 0.1
BINS = 10
SLOWEST_SHOWN = 3


@dataclass(frozen=True)
class ItemStatistics:
    """One question over all notebooks of its exercise in which something was attempted.

    Attributes:
        n: notebooks; `passed` of them have full marks.
        p: mean share of the question's points, from 0 to 1; None if n is 0.
        r: correlation of its points with those of the notebook's other questions; None if one of them never
        varies.
        d: mean share of the points in the best 27 % less that in the weakest 27 %, by the other questions;
        None like r.
        rest: status → notebooks, of those without full marks.
    """

    exercise: str
    question: str
    n: int
    passed: int
    p: float | None
    r: float | None
    d: float | None
    rest: tuple[tuple[str, int], ...]

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is unusual about it, in sentences; nothing while there are fewer than 20 notebooks."""
        if self.n < ENOUGH or self.p is None:
            return ()
        out = []
        if self.p < HARD:
            out.append("Hardly anyone earns its points: too hard, or not clear.")
        if self.p > EASY:
            out.append("Nearly everyone earns its points.")
        if self.r is not None and self.r < 0:
            out.append("Those who do well otherwise fail it: look at the question.")
        elif self.r is not None and self.r < WEAK:
            out.append("It says little about who does well otherwise.")
        return tuple(out)


@dataclass(frozen=True)
class Mistake:
    """A diagnosis and who got it: ids of `students` in the order of the class, of `n` with an attempt in that
    notebook.
    """

    exercise: str
    question: str
    text: str
    students: tuple[str, ...]
    n: int


@dataclass(frozen=True)
class RunTime:
    """CPU and wall seconds of an exercise's notebooks; `slowest` are (student's id, CPU seconds), the slowest
    first.
    """

    exercise: str
    n: int
    cpu_s: float
    cells_s: float | None
    slowest: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Spread:
    """How scores are spread: shares from 0 to 1 in ten bins, the last of which holds 1 too."""

    n: int
    mean: float
    median: float
    bins: tuple[int, ...]


def items(grades: ClassGrades) -> dict[str, list[ItemStatistics]]:
    """Slug → its questions, in the order of the suite."""
    return {column.slug: _items(column.slug, _judged(grades, column.slug)) for column in grades.columns}


def mistakes(grades: ClassGrades) -> list[Mistake]:
    """Every diagnosis that was made, those of most students first."""
    who: dict[tuple[str, str, str], dict[str, None]] = {}
    asked: Counter[tuple[str, str]] = Counter()
    for grade in grades.grades():
        for question in grade.report.questions if grade.report and attempted(grade.report) else ():
            asked[grade.exercise, question.name] += 1
            for text in {test.diagnosis for test in question.tests if test.diagnosis}:
                who.setdefault((grade.exercise, question.name, text), {})[grade.student] = None
    ranked = sorted(who.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    return [Mistake(*key, tuple(students), asked[key[:2]]) for key, students in ranked]


def run_times(grades: ClassGrades) -> list[RunTime]:
    """How long the notebooks of each exercise ran; exercises without a measurement are left out."""
    out = []
    for column in grades.columns:
        reports = [
            (grade.student, grade.report.timings) for grade in _of(grades, column.slug) if grade.report
        ]
        cpu = [(student, times["worker_cpu_s"]) for student, times in reports if "worker_cpu_s" in times]
        wall = [times["cells_s"] for _, times in reports if "cells_s" in times]
        if cpu:
            slowest = sorted(cpu, key=lambda pair: -pair[1])[:SLOWEST_SHOWN]
            middle = median(seconds for _, seconds in cpu)
            out.append(RunTime(column.slug, len(cpu), middle, median(wall) if wall else None, tuple(slowest)))
    return out


def spread(shares: Sequence[float]) -> Spread | None:
    """Mean, median and histogram of shares, from 0 to 1; None if there are none."""
    if not shares:
        return None
    counts = Counter(min(int(min(max(share, 0.0), 1.0) * BINS + 1e-9), BINS - 1) for share in shares)
    return Spread(len(shares), fmean(shares), median(shares), tuple(counts[place] for place in range(BINS)))


def total_shares(grades: ClassGrades) -> list[float]:
    """Each known total as a share of the best; of those who handed in something."""
    return [
        standing.total / standing.max_total if standing.max_total else 1.0
        for standing in grades.standings
        if standing.total is not None and any(handed_in(grade) for grade in standing.grades.values())
    ]


def exercise_shares(grades: ClassGrades, slug: str) -> list[float]:
    """Each known score of one exercise as a share of its points."""
    known = [
        (grade.score, grade.max_score)
        for grade in _of(grades, slug)
        if grade.score is not None and handed_in(grade)
    ]
    return [score / best if best else 1.0 for score, best in known]


def handed_in(grade: Grade) -> bool:
    """Whether there is a notebook, or a score all the same."""
    return grade.status != GradeStatus.MISSING or grade.score is not None


def attempted(report: Report) -> bool:
    """Whether any question was begun."""
    return any(question.status != Status.NOT_ATTEMPTED for question in report.questions)


def discrimination(shares: Sequence[float], rest: Sequence[float]) -> float:
    """D: the mean share in the upper 27 % by `rest` less that in the lower 27 %.

    Who ties with the last of a group belongs to it in part, so the order of the class does not matter.
    """
    size = max(1.0, TAIL * len(rest))
    upper = _tail_mean([(-value, share) for value, share in zip(rest, shares, strict=True)], size)
    return upper - _tail_mean(list(zip(rest, shares, strict=True)), size)


def _items(slug: str, judged: list[Grade]) -> list[ItemStatistics]:
    points: dict[str, list[tuple[float, float]]] = {}
    statuses: dict[str, Counter[str]] = {}
    for grade in judged:
        scores = [(question, score) for question, score in grade.question_scores() if score is not None]
        whole = sum(score for _, score in scores)
        for question, score in scores:
            share = score / question.max_score if question.max_score else 1.0
            points.setdefault(question.name, []).append((share, round(whole - score, 6)))
            full = score >= question.max_score
            statuses.setdefault(question.name, Counter())[Status.PASSED if full else question.status] += 1
    out = []
    for name, pairs in points.items():
        shares, rest, counts = [share for share, _ in pairs], [other for _, other in pairs], statuses[name]
        r = _correlation(shares, rest)
        d = discrimination(shares, rest) if r is not None else None
        others = tuple((status, count) for status, count in sorted(counts.items()) if status != Status.PASSED)
        out.append(ItemStatistics(slug, name, len(pairs), counts[Status.PASSED], fmean(shares), r, d, others))
    return out


def _correlation(shares: Sequence[float], rest: Sequence[float]) -> float | None:
    try:
        return correlation(shares, rest)
    except StatisticsError:  # fewer than two, or one of them is the same for all
        return None


def _tail_mean(pairs: list[tuple[float, float]], size: float) -> float:
    """The mean second of the `size` pairs with the smallest first; those at the border share what is left of
    it.
    """
    pairs.sort()
    border = pairs[min(len(pairs), -int(-size // 1)) - 1][0]
    inner = [share for key, share in pairs if key < border]
    at_border = [share for key, share in pairs if key == border]
    return (sum(inner) + fmean(at_border) * (size - len(inner))) / size


def _of(grades: ClassGrades, slug: str) -> Iterable[Grade]:
    return (standing.grades[slug] for standing in grades.standings)


def _judged(grades: ClassGrades, slug: str) -> list[Grade]:
    """Those whose every question is judged, and that say something of the questions."""
    return [
        grade
        for grade in _of(grades, slug)
        if grade.report
        and attempted(grade.report)
        and all(q.score is not None for q in grade.report.questions)
    ]
