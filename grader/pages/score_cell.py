"""How a score is shown, and in words what became of it between the tests and the gradebook."""

from dataclasses import dataclass

from grader.core.grades import Grade, Override
from grader.core.points import points
from grader.core.report import GradeStatus, Status
from grader.core.safe_text import short, shown_name
from grader.pages.analysis import attempted

REMARKS_MOST = 240  # characters
# Tone → class in the table, where thousands of cells have one.
LETTERS = {"good": "g", "mid": "m", "low": "w", "bad": "z", "none": "n", "open": "u"}


@dataclass(frozen=True)
class ShownScore:
    """A score: `text` the number, `label` what it means in words, `tone` a class of style.css."""

    text: str
    label: str
    tone: str


def score_cell(grade: Grade) -> ShownScore:
    """How a grade is shown and said."""
    score, report = grade.score, grade.report
    if score is None:
        if grade.status == GradeStatus.UNGRADED:
            return ShownScore(Status.UNGRADED.sign, Status.UNGRADED.word, Status.UNGRADED.tone)
        return ShownScore("–", "not handed in", "none")
    if report and report.problem and grade.override is None:
        look = "unreadable", "bad"
    elif score >= grade.max_score:
        look = "full", "good"
    elif score > 0:
        look = ("partial", "mid") if score * 2 >= grade.max_score else ("low", "low")
    else:
        statuses = {question.status for question in grade.questions}
        untouched = bool(grade.questions) and not attempted(grade)
        stopped = Status.NOT_RUN in statuses and statuses <= {Status.NOT_RUN, Status.NOT_ATTEMPTED}
        word = Status.NOT_RUN.word if stopped else "not attempted" if untouched else "no points"
        look = word, "bad"
    return ShownScore(points(score), *look)


def table_cell(grade: Grade) -> tuple[str, ShownScore, str]:
    """A cell in the table of the class: its classes in class.css, the score, and remarks or ""."""
    shown = score_cell(grade)
    marks = {
        "x": shown.label == "unreadable",
        "s": grade.days_late > 0,
        "e": grade.set_by_hand,
        "d": grade.dropped,
    }
    classes = [LETTERS[shown.tone], *(letter for letter, applies in marks.items() if applies)]
    return " ".join(classes), shown, short("; ".join(remarks(grade)), REMARKS_MOST)


def said(override: Override, tests_gave: float | None) -> str:
    """An override in a sentence: who, when, why, and what the tests gave; or a comment and who wrote it."""
    who = f"{shown_name(override.by) if override.by else 'a person'} on {short(override.at[:10])}"
    comment = f": {override.comment.rstrip('.')}" if override.comment else ""
    if override.score is None:
        return who + comment
    return f"set by {who}{comment}; the tests gave {points(tests_gave, 'no score')}"


def remarks(grade: Grade) -> list[str]:
    """What the number alone does not say: lateness, a problem, decisions, that it does not count."""
    report = grade.report
    out = [words for words in (grade.note, grade.on_time) if words]
    if report and report.problem:
        out.append(report.problem)
    given = {question.name: question.score for question in grade.questions}
    given[""] = report.score if report else None
    for over in grade.overrides:
        out.append((f"{over.question} " if over.question else "") + said(over, given.get(over.question)))
    return [*out, "does not count in the total"] if grade.dropped else out
