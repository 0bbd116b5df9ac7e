"""The class on one page: what needs a person, how scores are spread, mistakes, questions, and the table of
scores.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.core.grades import ClassGrades, Grade, Standing
from grader.core.report import GradeStatus, Status
from grader.core.students import page_name
from grader.core.text import points, short, shown_name
from grader.pages.analysis import (
    ENOUGH,
    ItemStatistics,
    Mistake,
    exercise_shares,
    handed_in,
    items,
    mistakes,
    run_times,
    spread,
    total_shares,
)
from grader.pages.attention import attention
from grader.pages.feedback.code import with_code
from grader.pages.html import render
from grader.pages.score_cell import remarks, score_cell
from grader.pages.scores_table import short_name

MISTAKES_SHOWN = 6  # of the class
NAMES_SHOWN = 6  # below a mistake; table.js adds the others
NOTICES_SHOWN = 60  # of one kind
UNFOLDED = 6
WHOLE = 200  # students; of a larger class the browser lays out what is far below only when it is scrolled to
# Tone → class in the table, where thousands of cells have one.
LETTERS = {"good": "g", "mid": "m", "low": "w", "bad": "z", "none": "n", "open": "u"}


@dataclass(frozen=True)
class Score:
    """A cell of the table: classes of class.css, the number, and what there is to say of it."""

    look: str
    text: str
    title: str


@dataclass(frozen=True)
class StudentRow:
    """A student's row in the table; `page` is the address of the student's own page."""

    name: str
    id: str
    section: str
    page: str
    scores: tuple[Score, ...]
    total: str
    late: int
    missing: int


@dataclass(frozen=True)
class QuestionCard:
    """A question's figures and the mistakes made in it, those of most students first."""

    item: ItemStatistics
    percent: float
    rest: str
    mistakes: tuple[Mistake, ...]
    anchor: str


def index_page(grades: ClassGrades) -> str:
    """`index.html`: the class, with links to the students' pages and the page for the lecture."""
    standings, columns = grades.standings, grades.columns
    rows = [_row(standing, grades) for standing in standings]
    every = grades.grades()
    made = mistakes(grades)
    questions = _questions(grades, made)
    return render(
        "index.html",
        ("style.css", "class.css"),
        "table.js",
        sandbox=grades.sandbox,
        weighted=grades.weighted,
        roster=grades.roster,
        best=_best(grades),
        rows=rows,
        places={standing.person.id: place for place, standing in enumerate(standings)},
        titles={column.slug: column.title for column in columns},
        columns=[(column, short_name(column.slug), f"exercise-{place}") for place, column in enumerate(columns, 1)],
        sections=any(row.section for row in rows),
        judged=sum(grade.status == GradeStatus.GRADED and handed_in(grade) for grade in every),
        received=sum(handed_in(grade) for grade in every),
        absent=sum(not handed_in(grade) for grade in every),
        ungraded=sum(grade.status == GradeStatus.UNGRADED for grade in every),
        totals=spread(total_shares(grades)),
        open_students=sum(standing.total is None for standing in standings),
        concerns=attention(grades),
        mistakes=[mistake for mistake in made if len(mistake.students) > 1][:MISTAKES_SHOWN],
        anchors={(q.item.exercise, q.item.question): q.anchor for several in questions.values() for q in several},
        questions=questions,
        spreads={column.slug: spread(exercise_shares(grades, column.slug)) for column in columns},
        times=run_times(grades),
        most={"names": NAMES_SHOWN, "notices": NOTICES_SHOWN, "unfolded": UNFOLDED, "whole": WHOLE, "enough": ENOUGH},
        numbered=short_name,
        short=short,
        coded=with_code,
        idle=sum(not any(map(handed_in, standing.grades.values())) for standing in standings),
    )  # fmt: skip


def _row(standing: Standing, grades: ClassGrades) -> StudentRow:
    person, mine = standing.person, [standing.grades[column.slug] for column in grades.columns]
    name, called_by_us = shown_name(person.called), shown_name(person.id)
    return StudentRow(
        name,
        called_by_us if called_by_us != name else "",
        shown_name(person.section) if person.section else "",
        page_name(person.id),
        tuple(map(_score, mine)),
        "?" if standing.total is None else points(standing.total),
        sum(grade.days_late > 0 for grade in mine),
        sum(not handed_in(grade) for grade in mine),
    )


def _score(grade: Grade) -> Score:
    cell = score_cell(grade)
    marks = [LETTERS[cell.tone]]
    if grade.report is not None or grade.overrides or grade.dropped:
        marks += ["x"] if cell.label == "unreadable" else []
        marks += ["s"] if grade.days_late else []
        marks += ["e"] if any(over.score is not None for over in grade.overrides) else []
        marks += ["d"] if grade.dropped else []
    title = short("; ".join(remarks(grade)), 240) if len(marks) > 1 else ""
    return Score(" ".join(marks), cell.text, title)


def _best(grades: ClassGrades) -> float:
    return (
        100.0 if grades.weighted else max((standing.max_total for standing in grades.standings), default=0.0)
    )


def _questions(grades: ClassGrades, made: Sequence[Mistake]) -> dict[str, list[QuestionCard]]:
    """Slug → its questions as the page shows them."""
    by_question: dict[tuple[str, str], list[Mistake]] = {}
    for mistake in made:
        by_question.setdefault((mistake.exercise, mistake.question), []).append(mistake)
    return {
        slug: [
            _question(item, by_question.get((slug, item.question), []), f"question-{place}-{number}")
            for number, item in enumerate(found, 1)
        ]
        for place, (slug, found) in enumerate(items(grades).items(), 1)
    }


def _question(item: ItemStatistics, made: Sequence[Mistake], anchor: str) -> QuestionCard:
    counts = dict(item.rest)
    words = [f"{counts[status]} {status.word}" for status in Status if status in counts]
    return QuestionCard(
        item, round(100 * item.passed / item.n, 1) if item.n else 0.0, ", ".join(words), tuple(made), anchor
    )
