"""Scores set by hand, and comments: checked against the class before they are recorded."""

import csv
import getpass
import io
from pathlib import Path

from grader.core.errors import GraderError, nearest
from grader.core.files import read_given
from grader.core.grades import ClassGrades, Override
from grader.core.points import points
from grader.core.safe_text import one_line

COLUMNS = ("student", "exercise", "question", "score", "comment")
COMMENT_MOST = 2_000
SCORE_MOST = 1_000_000  # a slip of the keyboard; sums stay finite


def decision(
    grades: ClassGrades,
    student: str,
    exercise: str,
    question: str,
    score: float | None,
    comment: str,
    by: str = "",
) -> Override:
    """A decision about a student, an exercise and, if one is named, a question that exist.

    Args:
        question: "" for the whole exercise.
        score: in points; None for a comment only, which takes earlier decisions back if it is empty.
        by: who decides; by default the user who runs the program.

    Raises:
        GraderError: there is no such student, exercise or question, or the score or comment is not valid.
    """
    who = _student(grades, student)
    slug = nearest(exercise, [column.slug for column in grades.columns], "exercise of this class")
    grade = next(standing.grades[slug] for standing in grades.standings if standing.person.id == who)
    name, maximum = "", grade.max_score
    if question:
        maxima = {each.name: each.max_score for each in grade.questions}
        if not maxima:
            raise GraderError(f"{who} {slug}: no question has been graded; override the exercise as a whole")
        name = nearest(question, list(maxima), f"question of {slug}")
        maximum = maxima[name]
    if score is not None and not 0 <= score <= SCORE_MOST:  # nan is not either
        remedy = f"give points from 0 to {SCORE_MOST:,} (the maximum is {points(maximum)})"
        raise GraderError(f"{who} {slug}: {score:g} is not a valid score; {remedy}")
    if len(comment) > COMMENT_MOST:
        problem = f"the comment has {len(comment)} characters; the limit is {COMMENT_MOST}"
        raise GraderError(f"{who} {slug}: {problem}")
    return Override(who, slug, name, score, comment.strip(), by or user(), "")


def decisions_from(path: Path, grades: ClassGrades, by: str = "") -> list[Override]:
    """The decisions in a CSV file with the header `student,exercise,question,score,comment`, one per line.

    Raises:
        GraderError: it is not such a file, or one of its lines is not valid; then none of them counts.
    """
    remedy = "give a CSV file in UTF-8"
    try:
        text = read_given(path, remedy).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise GraderError(f"{path}: cannot be read (not UTF-8); {remedy}") from None
    header = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=max(",;\t", key=header.count))
    reader.fieldnames = names = [name.strip().casefold() for name in reader.fieldnames or []]
    if not {"student", "exercise"} <= set(names) or not {"score", "comment"} & set(names):
        raise GraderError(f"{path}: its first line should be: {','.join(COLUMNS)}")
    decisions = []
    try:
        for row in reader:
            cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
            if any(cells.values()):
                score = score_from(cells.pop("score"))
                decisions.append(decision(grades, **cells, score=score, by=by))
    except (csv.Error, GraderError) as error:
        remedy = "; save it as CSV (UTF-8)" if isinstance(error, csv.Error) else ""
        raise GraderError(f"{path}: line {reader.line_num}: {error}{remedy}") from None
    return decisions


def score_from(text: str) -> float | None:
    """Points that somebody typed, with a point or a comma; None if nothing is there.

    Raises:
        GraderError: it is not a number.
    """
    try:
        return float(text.replace(",", ".")) if text.strip() else None
    except ValueError:
        raise GraderError(f"'{one_line(text, 40)}' is not a number; write points such as 7.5") from None


def user() -> str:
    """The name of the user who runs the program."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container whose user has no name
        return "unknown"


def _student(grades: ClassGrades, wanted: str) -> str:
    """The id of a student who is named by id, name or address."""
    people = [standing.person for standing in grades.standings]
    ids = [person.id for person in people]
    if wanted in ids:
        return wanted
    word = wanted.casefold()
    fitting = [p.id for p in people if word and word in map(str.casefold, (p.name, p.email, p.sortable))]
    if len(fitting) > 1:
        remedy = f"use an id: {', '.join(fitting)}"
        raise GraderError(f"{wanted}: {len(fitting)} students have that name; {remedy}")
    return fitting[0] if fitting else nearest(wanted, ids, "student")
