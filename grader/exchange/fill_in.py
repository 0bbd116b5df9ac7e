"""Fill our scores into an instructor's file: only our cells change, and only in rows of certain students."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from grader.core.grades import ClassGrades, Column, Grade
from grader.core.points import two_decimals
from grader.core.report import GradeStatus
from grader.core.safe_text import shown_name
from grader.exchange.common_parts import missing, ungraded
from grader.exchange.export import Exported, Options
from grader.exchange.matching import RosterKeys, match, without_row
from grader.exchange.sheet import Sheet, same_number

Write = Callable[[int, Column, Grade], Mapping[int, str] | str]


@dataclass(frozen=True)
class Template:
    """An instructor's file: the sheet, and row → what it says of its student, by the names of the keys."""

    sheet: Sheet
    rows: Mapping[int, Mapping[str, str]]
    keys: RosterKeys


def fill_in(
    template: Template,
    grades: ClassGrades,
    columns: Sequence[Column],
    options: Options,
    write: Write,
    left_out: Sequence[str],
) -> Exported:
    """The file with the scores of `columns`, every other byte unchanged.

    Args:
        write: (row, exercise, grade) → column of the sheet → new value; or why nothing is written.
        left_out: sentences to begin with.
    """
    own = {standing.person.id: standing.grades for standing in grades.standings}
    people = [standing.person for standing in grades.standings]
    matched, doubtful = match(template.rows, people, template.keys)
    changed: dict[tuple[int, int], str] = {}
    sentences = [*left_out]
    for row, person in matched.items():
        for column in columns:
            written = write(row, column, own[person.id][column.slug])
            if isinstance(written, str):
                sentences.append(f"{shown_name(person.called)}: {column.slug}: {written}")
            else:
                changed |= {(row, index): value for index, value in written.items()}
    sentences += ungraded(grades, columns, "its cells were left unchanged")
    if not options.missing_as_zero:
        sentences += missing(grades, columns, "their cells were left unchanged")
    scored = [p for p in people if any(own[p.id][column.slug].score is not None for column in columns)]
    sentences += [*doubtful, *without_row(scored, matched, template.keys)]
    return Exported(template.sheet.with_values(changed).content(), tuple(sentences))


def score_for(grade: Grade, cell: str, options: Options) -> float | None:
    """The score to write; for nothing handed in 0, if asked for and the instructor has nothing there."""
    absent = grade.status == GradeStatus.MISSING and options.missing_as_zero
    return 0.0 if absent and not cell.strip("- ") else grade.score


def score_cell(index: int, cell: str, score: float, comma: bool) -> dict[int, str]:
    """The change of a cell; none if it has this number already, in any form."""
    return {} if same_number(cell, score) else {index: two_decimals(score, comma)}
