"""Scores set by hand and comments: checked against the class before they are written down, one or a file of
many.
"""

from __future__ import annotations

import csv
import getpass
import io
import math
from pathlib import Path

from grader.core.course import nearest
from grader.core.errors import GraderError
from grader.core.grades import ClassGrades, Override
from grader.core.text import points

COLUMNS = ("student", "exercise", "question", "score", "comment")
COMMENT_MOST = 2_000


def decision(
    grades: ClassGrades,
    student: str,
    exercise: str,
    question: str,
    score: float | None,
    comment: str,
    by: str = "",
) -> Override:
    """A decision on a student, an exercise and perhaps a question that exist.

    Args:
        question: "" for the exercise as a whole.
        score: in points; None is a comment only, and with an empty comment it takes back what was decided
        before.
        by: who decides; the user who runs the program if "".

    Raises:
        GraderError: nobody or nothing of that name, or a score that is none.
    """
    who = _student(grades, student)
    slug = nearest(exercise, [column.slug for column in grades.columns], "exercise of this class")
    grade = next(standing.grades[slug] for standing in grades.standings if standing.person.id == who)
    name, most = "", grade.max_score
    if question:
        asked = {q.name: q.max_score for q in grade.report.questions} if grade.report else {}
        if not asked:
            raise GraderError(f"{who} {slug}: has no judged questions; override the exercise as a whole")
        name = nearest(question, list(asked), f"question of {slug}")
        most = asked[name]
    if score is not None and not (math.isfinite(score) and score >= 0):
        raise GraderError(
            f"{who} {slug}: {score:g} is no score; give points from 0 (the maximum is {points(most)})"
        )
    if len(comment) > COMMENT_MOST:
        raise GraderError(
            f"{who} {slug}: the comment has {len(comment)} characters; {COMMENT_MOST} are the most"
        )
    return Override(who, slug, name, score, comment.strip(), by or user(), "")


def decisions_from(path: Path, grades: ClassGrades, by: str = "") -> list[Override]:
    """The decisions in a CSV file with the header `student,exercise,question,score,comment`, a line each.

    Raises:
        GraderError: the file is none, or a line cannot be meant; then none of them counts.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise GraderError(f"{path}: cannot be read ({reason}); give a CSV file in UTF-8") from None
    first = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=max(",;\t", key=first.count))
    header = [name.strip().casefold() for name in reader.fieldnames or []]
    missing = [name for name in ("student", "exercise") if name not in header]
    if missing or not {"score", "comment"} & set(header):
        raise GraderError(f"{path}: its first line should be: {','.join(COLUMNS)}")
    reader.fieldnames = header
    found = []
    try:
        for row in reader:
            cell = {name: (row.get(name) or "").strip() for name in COLUMNS}
            if not any(cell.values()):
                continue
            try:
                score = float(cell["score"].replace(",", ".")) if cell["score"] else None
            except ValueError:
                raise GraderError(f"'{cell['score']}' is no number; write points such as 7.5") from None
            found.append(
                decision(
                    grades, cell["student"], cell["exercise"], cell["question"], score, cell["comment"], by
                )
            )
    except csv.Error as error:
        raise GraderError(f"{path}: line {reader.line_num}: {error}; save it as CSV (UTF-8)") from None
    except GraderError as error:
        raise GraderError(f"{path}: line {reader.line_num}: {error}") from None
    return found


def user() -> str:
    """Who runs the program."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container whose user has no name
        return "unknown"


def _student(grades: ClassGrades, wanted: str) -> str:
    """The id of a student, by id, name or address."""
    people = [standing.person for standing in grades.standings]
    if any(person.id == wanted for person in people):
        return wanted
    word = wanted.casefold()
    fitting = [
        p.id
        for p in people
        if word and word in (p.name.casefold(), p.email.casefold(), p.sortable.casefold())
    ]
    if len(fitting) > 1:
        raise GraderError(
            f"{wanted}: {len(fitting)} students are called that; use an id: {', '.join(fitting)}"
        )
    return fitting[0] if fitting else nearest(wanted, [person.id for person in people], "student")
