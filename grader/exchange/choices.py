"""What `--format`, `--from` and `--visibility` accept; light, because every `--help` loads it."""

from __future__ import annotations

from typing import NamedTuple

# Where submissions come from → what a file's name then looks like, for messages.
SOURCES = {
    "plain": "in a student's folder",
    "canvas": "named as Canvas names them",
    "moodle": "named as Moodle names them",
    "nbgrader": "where nbgrader puts them",
    "gradescope": "where Gradescope puts them",
    "notebook": "notebooks by themselves",
}
VISIBILITIES = ("visible", "after_due_date", "after_published", "hidden")  # Gradescope's words


class Format(NamedTuple):
    """A format that grades are exported in.

    Attributes:
        name: what the file is usually called, or the folder if there are several files.
        writer: `module:function` in this package, loaded when it is used.
        template: the instructor's own file can be filled in.
    """

    name: str
    writer: str
    template: bool = False


FORMATS = {
    "csv": Format("grades.csv", "tables:csv_table"),
    "canvas": Format("canvas.csv", "canvas.upload:canvas", template=True),
    "moodle": Format("moodle.csv", "moodle.upload:moodle", template=True),
    "gradescope": Format("gradescope", "gradescope.upload:gradescope"),
    "nbgrader": Format("nbgrader.csv", "nbgrader.upload:nbgrader"),
    "github": Format("github", "github:github"),
    "junit": Format("grades.xml", "junit:junit"),
    "json": Format("grades.json", "document:class_json"),
    "parquet": Format("grades.parquet", "tables:parquet"),
}
