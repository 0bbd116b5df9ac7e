"""Gradescope's results.json: one student's notebook, as its autograders report it."""

import json

from grader.core.errors import GraderError
from grader.core.grades import ClassGrades, Column, Grade
from grader.core.points import points
from grader.core.report import Status
from grader.core.safe_text import clean, one_line, utf8
from grader.exchange.choices import VISIBILITIES
from grader.exchange.common_parts import file_names, handed_in, remark, title_of_test
from grader.exchange.export import Exported, Options

STATUS = {Status.PASSED: "passed", Status.UNGRADED: ""}
OPEN = (
    "This submission has no score yet: the autograder could not judge it. That is not the fault of what was "
    "handed in; the course staff has to look at it."
)
Json = dict[str, object]


def gradescope(grades: ClassGrades, columns: tuple[Column, ...], options: Options) -> Exported:
    """`<student>/<slug>.json` for everything that was handed in; an ungraded one has no score in it, never 0.

    Raises:
        GraderError: an unknown visibility.
    """
    if options.visibility not in VISIBILITIES:
        known = ", ".join(VISIBILITIES)
        raise GraderError(f"gradescope: no visibility '{one_line(options.visibility)}'; choose from {known}")
    names = file_names([standing.person for standing in grades.standings])
    return Exported(
        {
            f"{names[person.id]}/{column.slug}.json": results_bytes(grade, options.visibility)
            for person, column, grade in handed_in(grades, columns)
        }
    )


def results_bytes(grade: Grade, visibility: str) -> bytes:
    """The file's content; the score at the top is the one that counts, after overrides and penalty."""
    timings = grade.report.timings if grade.report else {}
    document: Json = {} if grade.score is None else {"score": grade.score}
    document |= {
        "output": "\n".join(_explanation(grade)),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": visibility,
        "stdout_visibility": "hidden",
        "tests": _tests(grade),
        "extra_data": {"exercise": grade.exercise, "status": grade.status, "max_score": grade.max_score},
        **({"execution_time": timings["total_s"]} if "total_s" in timings else {}),
    }
    return utf8(json.dumps(document, indent=1, ensure_ascii=False) + "\n")


def _tests(grade: Grade) -> list[Json]:
    tests = []
    for number, question in enumerate(grade.questions, 1):
        for part, test in enumerate(question.tests, 1):
            score = (
                {} if grade.score is None else {"score": test.points}
            )  # the sum of some tests is not a score
            status = STATUS.get(test.status, "failed")
            tests.append(
                {
                    **score,
                    "max_score": test.max_points,
                    "name": title_of_test(question, test),
                    "number": f"{number}.{part}",
                    "output": clean(test.explanation),
                    "tags": [one_line(question.name)],
                    **({"status": status} if status else {}),
                }
            )
    return tests


def _explanation(grade: Grade) -> list[str]:
    """Why the score is not the sum of the tests, and what else there is to say."""
    lines = [OPEN] if grade.score is None else []
    if grade.report is not None and grade.report.problem and grade.score is not None:
        lines.append(clean(grade.report.problem))
    for question, score in grade.question_scores():
        if grade.overridden(question.name):
            was = points(question.score, "open")
            most = points(question.max_score)
            lines.append(
                f"{one_line(question.name)}: {points(score)} of {most}, set by hand (the tests: {was})"
            )
    if grade.override:
        lines.append(f"The score was set by hand: {points(grade.override.score)}")
    lines += [clean(remark(comment)) for comment in grade.comments]
    return [*lines, *([clean(grade.note)] if grade.note else [])]
