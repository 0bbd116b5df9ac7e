"""What is written into a student's notebook or script: a note on the whole, and one on each question."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from grader.core.grades import Grade, Override
from grader.core.points import points
from grader.core.report import QuestionResult, Report, Status
from grader.core.safe_text import clean, shown_name
from grader.pages.feedback.feedback_page import ExerciseText, same_reason
from grader.pages.missing_modules import missing_in
from grader.pages.not_run import first_causes, is_said, place_of
from grader.pages.score_cell import said

MARKS = re.compile(r"[\\`*_\[\]{}|~$<>&#!@]|(?<=www)\.|:(?=//)")  # what Markdown, LaTeX and HTML act on


@dataclass(frozen=True)
class Style:
    """How notes are written: a sentence, perhaps with `names` in it; a text of several lines; an emphasis."""

    sentence: Callable[[str], str]
    block: Callable[[str], str]
    bold: Callable[[str], str]


def note_on_all(
    grade: Grade, report: Report, exercise: ExerciseText, cells: Mapping[str, int], why: str, style: Style
) -> str:
    """The total, what people decided on it, a line for each question, and the cells with errors.

    Args:
        cells: question → number of the code cell that answers it.
        why: why the notebook's cells are missing, "" if they are not.
    """
    total = "ungraded: part of this could not be graded yet; it costs you nothing"
    if grade.score is not None:
        total = f"{points(grade.score)} of {_of_points(report.max_score)}"
    parts = [style.bold(f"Feedback: {style.sentence(exercise.title)}")]
    parts.append(f"For {style.sentence(shown_name(report.student))}: {total}")
    if report.problem:
        what = "Not graded yet:" if report.score is None else "The notebook"
        parts.append(f"{what} {style.sentence(report.problem)}")
    parts += [f"Late: {style.sentence(grade.note)}"] if grade.note else []
    parts += [_decided(over, report.score, style) for over in grade.overrides if not over.question]
    lines = []
    for question, score in grade.question_scores():
        where = f", cell {cells[question.name]}" if question.name in cells else ""
        lines.append(f"- {style.sentence(f'`{question.name}`')}: {_result(question, score)}{where}")
    causes = first_causes(report.questions)
    lines += [f"- {style.sentence(f'{cause.words}; {cause.cost}')}" for cause in causes]
    lines += [
        f"- cell {cell.index} had an error: {style.sentence(cell.error)}"
        for cell in report.cells
        if cell.error and not is_said(cell.index, cell.error, causes)
    ]
    lines += [f"- cell {number}: {style.sentence(words)}" for number, words in missing_in(report).items()]
    return "\n\n".join(
        [*parts, *(["\n".join(lines)] if lines else []), *([style.sentence(why)] if why else [])]
    )


def note_on_question(question: QuestionResult, score: float | None, grade: Grade, style: Style) -> str:
    """The result, what a person decided, and every test that was not passed with message and diagnosis.

    Args:
        score: what counts, after overrides.
    """
    parts = [style.bold(f"Feedback on {style.sentence(f'`{question.name}`')}: {_result(question, score)}")]
    parts += [
        _decided(over, question.score, style) for over in grade.overrides if over.question == question.name
    ]
    lost = [test for test in question.tests if test.status != Status.PASSED]
    for (status, message, diagnosis, origin), tests in same_reason(lost).items():
        what = f"{_of_points(sum(test.max_points for test in tests))} for:"
        if status == Status.UNGRADED:
            what = "Our tests broke here; that costs you nothing:"
        parts.append(f"{what} {style.sentence(' '.join(test.summary or test.name for test in tests))}")
        parts += [f"{style.bold('This looks like:')} {style.sentence(diagnosis)}"] if diagnosis else []
        parts += [style.block(message)] if message else []
        parts += [f"{style.bold('The first cause:')} {style.sentence(place_of(origin))}"] if origin else []
    return "\n\n".join(parts)


def _result(question: QuestionResult, score: float | None) -> str:
    status = question.status
    return f"{status.sign} {status.word}, {points(score, '–')} of {_of_points(question.max_score)}"


def _of_points(count: float) -> str:
    return f"{points(count)} {'point' if count == 1 else 'points'}"


def _decided(override: Override, tests_gave: float | None, style: Style) -> str:
    return style.sentence(said(override, tests_gave)[:1].upper() + said(override, tests_gave)[1:])


def _line(text: str) -> str:
    return " ".join(clean(text).split())


def _markdown_sentence(text: str) -> str:
    """One line in which only `names` mean anything to Markdown; everything else is spelled as entities."""
    pieces = enumerate(re.split("`([^`\n]{1,200})`", _line(text)))
    return "".join(f"`{p}`" if n % 2 else MARKS.sub(lambda m: f"&#{ord(m[0])};", p) for n, p in pieces)


def _markdown_block(text: str) -> str:
    """A fenced block whose fence is longer than any in the text."""
    text = clean(text).strip("\n")
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}\n{text}\n{fence}"


def _plain_block(text: str) -> str:
    return "\n".join(f"    {line}" for line in clean(text).strip("\n").split("\n"))


MARKDOWN = Style(_markdown_sentence, _markdown_block, "**{}**".format)
PLAIN = Style(_line, _plain_block, str)
