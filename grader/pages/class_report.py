"""The class on one page: what needs attention, how scores are spread, mistakes, questions, and all scores."""

from collections.abc import Iterable
from dataclasses import dataclass

from grader.core.grades import ClassGrades, Standing
from grader.core.points import points
from grader.core.report import GradeStatus
from grader.core.safe_text import short, shown_name
from grader.pages.addresses import page_name
from grader.pages.analysis import (
    ENOUGH,
    ItemStatistics,
    Mistake,
    active,
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
from grader.pages.missing_modules import missing_modules
from grader.pages.not_run import common_causes
from grader.pages.score_cell import ShownScore, table_cell
from grader.pages.scores_table import short_name
from grader.pages.student_page import shown_names

MISTAKES_SHOWN = 6  # of the class
MOST = {
    "names": 6,  # below a mistake; table.js adds the others
    "notices": 60,  # of one kind
    "unfolded": 6,  # notices
    "modules": 12,
    "whole": 200,  # students; in a larger class, what is far below is laid out only when it is scrolled to
    "enough": ENOUGH,
}


@dataclass(frozen=True)
class StudentRow:
    """A student's row in the table; `id` is "" if it is the name, `page` an address."""

    name: str
    id: str
    section: str
    page: str
    scores: tuple[tuple[str, ShownScore, str], ...]
    total: str
    late: int
    missing: int


@dataclass(frozen=True)
class QuestionCard:
    """A question's figures, and the mistakes made in it, the most common first."""

    item: ItemStatistics
    mistakes: tuple[Mistake, ...]
    anchor: str


def index_page(grades: ClassGrades) -> str:
    """`index.html`: the class, with links to the students' pages and the page for the lecture."""
    standings, columns = grades.standings, grades.columns
    rows = [_row(standing, grades) for standing in standings]
    every = grades.grades()
    made = mistakes(grades)
    questions = _cards(grades, made)
    return render(
        "index.html",
        ("style.css", "class.css"),
        "table.js",
        sandbox=grades.sandbox,
        weighted=grades.weighted,
        roster=grades.roster,
        best=best_total(grades),
        rows=rows,
        places={standing.person.id: number for number, standing in enumerate(standings)},
        titles={column.slug: column.title for column in columns},
        columns=[(one, short_name(one.slug), f"exercise-{number}") for number, one in enumerate(columns, 1)],
        sections=any(row.section for row in rows),
        graded=sum(grade.status == GradeStatus.GRADED and handed_in(grade) for grade in every),
        received=sum(handed_in(grade) for grade in every),
        absent=sum(not handed_in(grade) for grade in every),
        ungraded=sum(grade.status == GradeStatus.UNGRADED for grade in every),
        totals=spread(total_shares(grades)),
        open_students=sum(standing.total is None for standing in standings),
        concerns=attention(grades),
        missing=missing_modules(every),
        causes=common_causes(every),
        nobodys=[file for file in grades.not_taken if not file.student],
        mistakes=[mistake for mistake in made if len(mistake.students) > 1][:MISTAKES_SHOWN],
        anchors={(c.item.exercise, c.item.question): c.anchor for cards in questions.values() for c in cards},
        questions=questions,
        spreads={column.slug: spread(exercise_shares(grades, column.slug)) for column in columns},
        times=run_times(grades),
        most=MOST,
        numbered=short_name,
        short=short,
        coded=with_code,
        idle=sum(not active(standing) for standing in standings),
    )  # fmt: skip


def _row(standing: Standing, grades: ClassGrades) -> StudentRow:
    person, mine = standing.person, [standing.grades[column.slug] for column in grades.columns]
    return StudentRow(
        *shown_names(person),
        shown_name(person.section) if person.section else "",
        page_name(person.id),
        tuple(map(table_cell, mine)),
        points(standing.total, "?"),
        sum(grade.days_late > 0 for grade in mine),
        sum(not handed_in(grade) for grade in mine),
    )


def best_total(grades: ClassGrades) -> float:
    """The most that anybody can have in all: points, or 100 % with weights."""
    return 100.0 if grades.weighted else max((one.max_total for one in grades.standings), default=0.0)


def _cards(grades: ClassGrades, made: Iterable[Mistake]) -> dict[str, list[QuestionCard]]:
    """Slug → its questions as the page shows them."""
    by_question: dict[tuple[str, str], list[Mistake]] = {}
    for mistake in made:
        by_question.setdefault((mistake.exercise, mistake.question), []).append(mistake)
    cards: dict[str, list[QuestionCard]] = {}
    for exercise, (slug, several) in enumerate(items(grades).items(), 1):
        cards[slug] = [
            QuestionCard(
                item, tuple(by_question.get((slug, item.question), ())), f"question-{exercise}-{number}"
            )
            for number, item in enumerate(several, 1)
        ]
    return cards
