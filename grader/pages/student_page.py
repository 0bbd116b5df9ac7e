"""A student's page: every exercise with its questions and tests, and what a person or a deadline changed."""

from functools import lru_cache

from markupsafe import Markup

from grader.core.grades import ClassGrades, Grade, Override, Standing
from grader.core.report import QuestionResult
from grader.core.safe_text import shown_name
from grader.core.students import Person
from grader.pages.addresses import feedback_address
from grader.pages.feedback.code import with_code
from grader.pages.html import render
from grader.pages.score_cell import said, score_cell


def student_page(grades: ClassGrades, standing: Standing) -> str:
    """The page of one student of the class, to be written below `students/`."""
    person = standing.person
    mine = [standing.grades[column.slug] for column in grades.columns]
    name, known_as = shown_names(person)
    return render(
        "student.html",
        ("style.css", "student.css"),
        sandbox=ClassGrades((), (standing,)).sandbox,
        weighted=grades.weighted,
        roster=grades.roster,
        standing=standing,
        name=name,
        known_as=known_as,
        exercises=[
            {
                "column": column,
                "grade": grade,
                "cell": score_cell(grade),
                "anchor": f"exercise-{number}",
                "feedback": feedback_address(grade.student, grade.exercise) if grade.report else "",
                "questions": question_boxes(grade),
                "words": _decided(grade),
            }
            for number, (column, grade) in enumerate(zip(grades.columns, mine, strict=True), 1)
        ],
    )  # fmt: skip


def shown_names(person: Person) -> tuple[str, str]:
    """The name as pages show it, and the ID; "" for an ID that says the same."""
    name, known_as = shown_name(person.called), shown_name(person.id)
    return name, known_as if known_as != name else ""


def question_boxes(grade: Grade) -> list[Markup]:
    """A box for each question of the report."""
    return [_question(question, grade.overridden(question.name)) for question in grade.questions]


def _decided(grade: Grade) -> list[str]:
    """What people decided or wrote on the exercise; a question's own override is in the question's box."""
    shown = {question.name for question in grade.questions}
    tests_gave = grade.report.score if grade.report else None
    return [
        (f"{over.question}: " if over.question else "") + said(over, tests_gave)
        for over in grade.overrides
        if over.score is None or over.question not in shown
    ]


_coded = lru_cache(maxsize=8192)(with_code)


@lru_cache(maxsize=4096)
def _question(question: QuestionResult, override: Override | None) -> Markup:
    """A question's box; most students of a class have the same one for a question that they passed."""
    words = said(override, question.score) if override else ""
    return Markup(render("question.html", question=question, override=override, words=words, coded=_coded))
