"""What the grades say: how hard questions are, whom they tell apart, common mistakes, run times.

Everything here is a pure function of the class's grades. Item analysis follows the textbooks: the difficulty
index p and the discrimination index D of R. L. Ebel & D. A. Frisbie, *Essentials of Educational Measurement*
(5th ed., 1991), ch. 13, D with the upper and lower 27 % of T. L. Kelley, "The selection of upper and lower
groups for the validation of test items", *J. Educ. Psychol.* 30 (1939) 17–24; and the item–total correlation,
corrected by leaving the item itself out of the total, S. Henrysson, "Correction of item-total correlations in
item analysis", *Psychometrika* 28 (1963) 211–218.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import StatisticsError, correlation, fmean, median

from grader.core.grades import ClassGrades, Grade, Standing
from grader.core.report import GradeStatus, Status

TAIL = 0.27  # Kelley: the share that makes upper and lower group differ most surely
ENOUGH = 20  # notebooks before a figure is put into words; with fewer, chance decides
HARD, EASY, WEAK = 0.2, 0.95, 0.1
BINS = 10
SLOWEST_SHOWN = 3


@dataclass(frozen=True)
class ItemStatistics:
    """One question over all graded notebooks of its exercise in which anything was attempted.

    Attributes:
        n: number of notebooks; `passed` of them have full marks.
        p: mean share of the question's points, from 0 to 1.
        r: correlation of its points with those of the notebook's other questions; None if one never varies.
        d: mean share of the points in the best 27 % less that in the weakest 27 %, ranked by the other
            questions; None like r.
        rest: status → notebooks, for those without full marks.
    """

    exercise: str
    question: str
    n: int
    passed: int
    p: float
    r: float | None
    d: float | None
    rest: tuple[tuple[Status, int], ...]

    @property
    def percent(self) -> float:
        """The share of notebooks with full marks, in percent."""
        return round(100 * self.passed / self.n, 1)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is unusual about it, in sentences; none for fewer than 20 notebooks."""
        unusual = {
            "Hardly anyone earns its points: too hard, or not clear.": self.p < HARD,
            "Nearly everyone earns its points.": self.p > EASY,
            "Those who do well otherwise fail it: look at the question.": self.r is not None and self.r < 0,
            "It says little about who does well otherwise.": self.r is not None and 0 <= self.r < WEAK,
        }
        return tuple(remark for remark, applies in unusual.items() if applies and self.n >= ENOUGH)


@dataclass(frozen=True)
class Mistake:
    """A diagnosis and the IDs of those who got it, of `n` students who attempted something."""

    exercise: str
    question: str
    text: str
    students: tuple[str, ...]
    n: int


@dataclass(frozen=True)
class RunTime:
    """Median seconds of an exercise's notebooks, and (ID, CPU seconds) of the slowest."""

    exercise: str
    n: int
    cpu_s: float
    cells_s: float | None
    slowest: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Spread:
    """How scores are spread: shares from 0 to 1 in ten bins, the last of which includes 1."""

    n: int
    mean: float
    median: float
    bins: tuple[int, ...]


def items(grades: ClassGrades) -> dict[str, list[ItemStatistics]]:
    """Slug → its questions, in the order of the suite."""
    return {column.slug: _items(column.slug, _graded(grades, column.slug)) for column in grades.columns}


def mistakes(grades: ClassGrades) -> list[Mistake]:
    """Every diagnosis that was made, the most common first."""
    who: dict[tuple[str, str, str], dict[str, None]] = {}
    asked: Counter[tuple[str, str]] = Counter()
    for grade in grades.grades():
        for question in grade.questions if attempted(grade) else ():
            asked[grade.exercise, question.name] += 1
            for text in question.diagnoses:
                who.setdefault((grade.exercise, question.name, text), {})[grade.student] = None
    ranked = sorted(who.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    return [Mistake(*key, tuple(students), asked[key[:2]]) for key, students in ranked]


def run_times(grades: ClassGrades) -> list[RunTime]:
    """How long the notebooks of each exercise ran; exercises without a measurement are left out."""
    out = []
    for column in grades.columns:
        reports = [grade.report for grade in _of(grades, column.slug) if grade.report]
        cpu = [(one.student, one.timings["worker_cpu_s"]) for one in reports if "worker_cpu_s" in one.timings]
        cells = [one.timings["cells_s"] for one in reports if "cells_s" in one.timings]
        if cpu:
            slowest = tuple(sorted(cpu, key=lambda pair: -pair[1])[:SLOWEST_SHOWN])
            middle = median(seconds for _, seconds in cpu)
            out.append(RunTime(column.slug, len(cpu), middle, median(cells) if cells else None, slowest))
    return out


def spread(shares: Sequence[float]) -> Spread | None:
    """Mean, median and histogram of shares, from 0 to 1; None if there are none."""
    if not shares:
        return None
    counts = Counter(min(int(min(max(share, 0.0), 1.0) * BINS + 1e-9), BINS - 1) for share in shares)
    return Spread(len(shares), fmean(shares), median(shares), tuple(counts[number] for number in range(BINS)))


def total_shares(grades: ClassGrades) -> list[float]:
    """Each known total as a share of the maximum, for the students who handed in something."""
    return [
        standing.total / standing.max_total if standing.max_total else 1.0
        for standing in grades.standings
        if standing.total is not None and active(standing)
    ]


def exercise_shares(grades: ClassGrades, slug: str) -> list[float]:
    """Each known score of one exercise as a share of its points."""
    return [
        grade.score / grade.max_score if grade.max_score else 1.0
        for grade in _of(grades, slug)
        if grade.score is not None and handed_in(grade)
    ]


def handed_in(grade: Grade) -> bool:
    """Whether there is a notebook, or a score without one."""
    return grade.status != GradeStatus.MISSING or grade.score is not None


def active(standing: Standing) -> bool:
    """Whether the student handed in anything."""
    return any(map(handed_in, standing.grades.values()))


def attempted(grade: Grade) -> bool:
    """Whether the student began any question, perhaps under another name."""
    return any(q.status != Status.NOT_ATTEMPTED or q.diagnoses for q in grade.questions)


def discrimination(shares: Sequence[float], rest: Sequence[float]) -> float:
    """D: the mean share in the upper 27 % by `rest` less that in the lower 27 %.

    Those who tie at the border of a group belong to it in part, so the order of the class does not matter.
    """
    size = max(1.0, TAIL * len(rest))
    upper = _tail_mean([(-value, share) for value, share in zip(rest, shares, strict=True)], size)
    return upper - _tail_mean(list(zip(rest, shares, strict=True)), size)


def _items(slug: str, graded: Iterable[Grade]) -> list[ItemStatistics]:
    answers: dict[str, list[tuple[float, float, Status]]] = {}
    for grade in graded:
        scores = [(question, score) for question, score in grade.question_scores() if score is not None]
        whole = sum(score for _, score in scores)
        for question, score in scores:
            share = score / question.max_score if question.max_score else 1.0
            status = Status.PASSED if score >= question.max_score else question.status
            answers.setdefault(question.name, []).append((share, round(whole - score, 6), status))
    out = []
    for name, rows in answers.items():
        shares, rest = [share for share, _, _ in rows], [others for _, others, _ in rows]
        counts = Counter(status for _, _, status in rows)
        passed = counts.pop(Status.PASSED, 0)
        r = _correlation(shares, rest)
        d = None if r is None else discrimination(shares, rest)
        others = tuple((status, counts[status]) for status in Status if counts[status])
        out.append(ItemStatistics(slug, name, len(rows), passed, fmean(shares), r, d, others))
    return out


def _correlation(shares: Sequence[float], rest: Sequence[float]) -> float | None:
    try:
        return correlation(shares, rest)
    except StatisticsError:  # fewer than two, or one of them is the same for all
        return None


def _tail_mean(pairs: list[tuple[float, float]], size: float) -> float:
    """The mean second of the `size` pairs with the smallest first; ties at the border share its places."""
    pairs.sort()
    border = pairs[min(len(pairs), -int(-size // 1)) - 1][0]
    inner = [share for key, share in pairs if key < border]
    at_border = [share for key, share in pairs if key == border]
    return (sum(inner) + fmean(at_border) * (size - len(inner))) / size


def _of(grades: ClassGrades, slug: str) -> Iterable[Grade]:
    return (standing.grades[slug] for standing in grades.standings)


def _graded(grades: ClassGrades, slug: str) -> Iterable[Grade]:
    """The grades that say something about the questions: all have a score, and one was attempted."""
    for grade in _of(grades, slug):
        if attempted(grade) and all(question.score is not None for question in grade.questions):
            yield grade
