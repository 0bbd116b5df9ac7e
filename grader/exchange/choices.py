"""What `--format`, `--from` and `--visibility` accept; light, because every `--help` loads it."""

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
        ungraded, missing: what such work becomes, for the list of what was left out; "" if it needs no line.
        template: the instructor's own file can be filled in.
    """

    name: str
    writer: str
    ungraded: str = ""
    missing: str = ""
    template: bool = False


EMPTY = "score left empty"
FORMATS = {
    "csv": Format("grades.csv", "csv_parquet:csv_table", EMPTY, EMPTY),
    "canvas": Format("canvas.csv", "canvas.upload:canvas", template=True),
    "moodle": Format("moodle.csv", "moodle.upload:moodle", template=True),
    "gradescope": Format(
        "gradescope", "gradescope.upload:gradescope", "its results.json has no score", "no results.json"
    ),
    "nbgrader": Format("nbgrader.csv", "nbgrader.upload:nbgrader", "its scores are empty"),
    "github": Format("github", "github:github", "its result is an error without points", "no result"),
    "junit": Format("grades.xml", "junit:junit", "its tests are errors", "no test suite"),
    "json": Format("grades.json", "json_document:class_json", "its score is null", "their scores are null"),
    "parquet": Format("grades.parquet", "csv_parquet:parquet", EMPTY, EMPTY),
}
