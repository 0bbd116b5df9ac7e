"""The table of formats, and the one function that exports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from grader.core.course import nearest
from grader.core.errors import GraderError
from grader.core.grades import ClassGrades
from grader.exchange.canvas.upload import canvas
from grader.exchange.document import class_json
from grader.exchange.export import Exported, Options
from grader.exchange.github import github
from grader.exchange.gradescope.upload import gradescope
from grader.exchange.junit import junit
from grader.exchange.moodle.upload import moodle
from grader.exchange.nbgrader.upload import nbgrader
from grader.exchange.tables import csv_table, parquet

Write = Callable[[ClassGrades, str | None, bytes | None, Options], Exported]


@dataclass(frozen=True)
class Format:
    """A way to hand grades on.

    Attributes:
        about: what it is, in a few words.
        name: what the file is usually called; a folder's name if there are several files.
        folder: several files come of it.
        template: `no`, `may` or `must` be given the teacher's own file.
    """

    about: str
    name: str
    write: Write
    folder: bool = False
    template: str = "no"


FORMATS: dict[str, Format] = {
    "csv": Format("a row a student, or a row a question with --questions", "grades.csv", csv_table),
    "canvas": Format("Canvas' gradebook export, filled in", "canvas.csv", canvas, template="may"),
    "moodle": Format(
        "Moodle's grading worksheet of one assignment, filled in", "moodle.csv", moodle, template="must"
    ),
    "gradescope": Format("a results.json for each notebook", "gradescope", gradescope, folder=True),
    "nbgrader": Format("the CSV file of nbgrader export", "nbgrader.csv", nbgrader),
    "github": Format("GitHub Classroom's results and totals", "github", github, folder=True),
    "junit": Format("JUnit XML for build servers", "grades.xml", junit),
    "json": Format("the class as one JSON document", "grades.json", class_json),
    "parquet": Format("a row a question, for pandas and others", "grades.parquet", parquet),
}


def export(
    grades: ClassGrades,
    format: str,
    exercise: str | None = None,
    template: bytes | None = None,
    options: Options | None = None,
) -> Exported:
    """The class in a format.

    Args:
        exercise: only this one; its beginning is enough.
        template: the bytes of the teacher's own file, for formats that fill one in.

    Raises:
        GraderError: an unknown format or exercise, or a template that is missing, not wanted or unfit.
    """
    way = FORMATS[nearest(format, list(FORMATS), "format")]
    if template is not None and way.template == "no":
        fillable = ", ".join(name for name, one in FORMATS.items() if one.template != "no")
        raise GraderError(f"{format}: this format fills in no file; --template is for {fillable}")
    return way.write(grades, exercise, template, options or Options())
