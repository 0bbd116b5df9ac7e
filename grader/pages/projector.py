"""For the lecture: the class without any name, in type that the back row can read; a screen for all, one an
exercise.
"""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from grader.core.grades import ClassGrades
from grader.core.text import short
from grader.pages.analysis import (
    ItemStatistics,
    Mistake,
    Spread,
    exercise_shares,
    handed_in,
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
class Told:
    """A mistake on the screen: how many of how many, where, and the sentence."""

    count: int
    n: int
    question: str
    sentence: Markup


@dataclass(frozen=True)
class Slide:
    """One screen; `number` is the exercise's short name, "" for all."""

    anchor: str
    number: str
    title: str
    scores: Spread | None
    hardest: tuple[ItemStatistics, ...]
    mistakes: tuple[Told, ...]


def projector_page(grades: ClassGrades) -> str:
    """`projector.html`: distribution, hardest questions and most common mistakes, of the class and of each
    exercise.
    """
    found, made = items(grades), mistakes(grades)
    several = len(grades.columns) > 1
    count = sum(any(handed_in(grade) for grade in standing.grades.values()) for standing in grades.standings)
    slides = []
    for place, column in enumerate(grades.columns, 1):
        slug, scores = column.slug, spread(exercise_shares(grades, column.slug))
        mine = [mistake for mistake in made if mistake.exercise == slug]
        slides.append(_slide(f"exercise-{place}", short_name(slug), column.title, scores, found[slug], mine))
    if several:
        every = [item for column in grades.columns for item in found[column.slug]]
        slides.insert(0, _slide("all", "", "All exercises", spread(total_shares(grades)), every, made))
    return render("projector.html", ("projector.css",), slides=slides, students=count, several=several)


def _slide(
    anchor: str,
    number: str,
    title: str,
    scores: Spread | None,
    found: list[ItemStatistics],
    made: list[Mistake],
) -> Slide:
    asked = [item for item in found if item.n >= SEVERAL and item.p < 1]
    hardest = sorted(asked, key=lambda item: item.p)[:HARDEST_SHOWN]
    common = [mistake for mistake in made if len(mistake.students) >= SEVERAL]
    told = [
        Told(len(one.students), one.n, one.question, _sentence(one.text)) for one in common[:MISTAKES_SHOWN]
    ]
    return Slide(anchor, number, title, scores, tuple(hardest), tuple(told))


def _sentence(text: str) -> Markup:
    """A diagnosis, which begins in the middle of "This looks like: …", as a sentence of its own."""
    line = short(text, SENTENCE_MOST)
    whole = line[:1].upper() + line[1:]
    return with_code(whole if whole.endswith((".", "?", "…")) else f"{whole}.")
