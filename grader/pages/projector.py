"""For the lecture: the class without names, in large type; a screen for all, and one per exercise."""

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from grader.core.grades import ClassGrades
from grader.core.safe_text import short
from grader.pages.analysis import (
    ItemStatistics,
    Mistake,
    Spread,
    exercise_shares,
    items,
    mistakes,
    spread,
    total_shares,
)
from grader.pages.feedback.code import with_code
from grader.pages.html import render
from grader.pages.scores_table import short_name

HARDEST_SHOWN = 5
MISTAKES_SHOWN = 3
SEVERAL = 3  # students: fewer might know whom a sentence is about
SENTENCE_MOST = 170


@dataclass(frozen=True)
class Slide:
    """One screen; `number` is the exercise's short name, "" for all."""

    anchor: str
    number: str
    title: str
    scores: Spread | None
    hardest: list[ItemStatistics]
    mistakes: list[Mistake]


def projector_page(grades: ClassGrades) -> str:
    """`projector.html`: scores, hardest questions and common mistakes, of the class and of each exercise."""
    questions, made = items(grades), mistakes(grades)
    slides = []
    if len(grades.columns) > 1:
        every = [item for column in grades.columns for item in questions[column.slug]]
        slides.append(_slide("all", "", "All exercises", spread(total_shares(grades)), every, made))
    for number, column in enumerate(grades.columns, 1):
        slug, scores = column.slug, spread(exercise_shares(grades, column.slug))
        own = [mistake for mistake in made if mistake.exercise == slug]
        slides.append(
            _slide(f"exercise-{number}", short_name(slug), column.title, scores, questions[slug], own)
        )
    return render(
        "projector.html",
        ("projector.css",),
        slides=slides,
        several=len(grades.columns) > 1,
        sentence=_sentence,
    )


def _slide(
    anchor: str,
    number: str,
    title: str,
    scores: Spread | None,
    questions: Iterable[ItemStatistics],
    made: Iterable[Mistake],
) -> Slide:
    hard = sorted((item for item in questions if item.n >= SEVERAL and item.p < 1), key=lambda item: item.p)
    common = [mistake for mistake in made if len(mistake.students) >= SEVERAL]
    return Slide(anchor, number, title, scores, hard[:HARDEST_SHOWN], common[:MISTAKES_SHOWN])


def _sentence(text: str) -> Markup:
    """A diagnosis, which begins in the middle of "This looks like: …", as a sentence of its own."""
    line = short(text, SENTENCE_MOST)
    whole = line[:1].upper() + line[1:]
    return with_code(whole if whole.endswith((".", "?", "…")) else f"{whole}.")
