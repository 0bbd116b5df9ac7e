"""A student's notebook with the results written into it, as a notebook or a script, by nbconvert."""

import json
import warnings
from collections.abc import Mapping
from itertools import count

import nbformat
from nbconvert.exporters import NotebookExporter, PythonExporter
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode

from grader.core.cells import defining_cells
from grader.core.grades import Grade
from grader.core.notebook import Json, cells_in
from grader.core.report import Report, Status
from grader.core.room import OUTPUTS, SOURCES, Room, json_size
from grader.core.safe_text import clean
from grader.pages.feedback.feedback_page import ExerciseText
from grader.pages.feedback.notes import MARKDOWN, PLAIN, note_on_all, note_on_question

AROUND_OUTPUT = 100  # bytes
TAG = "grader-feedback"  # of our cells, by which they are removed again
NOT_HERE = "# the rest of this cell is left out here: this file would be too large"
NO_OUTPUT = "an output is left out here: this file would be too large\n"
BROKEN = "Your file breaks the format of Jupyter's notebooks; here is only the text of its cells."


class Annotations(Preprocessor):
    """Inserts notes as Markdown cells and leaves the student's cells alone; earlier notes are removed.

    Args:
        notes: number of a code cell → the note that follows it; 0 for the top, -1 for the end.
    """

    def __init__(self, notes: Mapping[int, str]) -> None:
        super().__init__(enabled=True)
        self.notes = notes

    def preprocess(self, nb: NotebookNode, resources: object) -> tuple[NotebookNode, object]:
        taken = {cell.get("id") for cell in nb.cells}
        fresh = (name for name in map(f"{TAG}-{{}}".format, count()) if name not in taken)

        def note(number: int) -> list[NotebookNode]:
            if number not in self.notes:
                return []
            cell = nbformat.v4.new_markdown_cell(self.notes[number], id=next(fresh), metadata={"tags": [TAG]})
            if (nb.nbformat, nb.nbformat_minor) < (4, 5):
                del cell["id"]  # cells have none there
            return [cell]

        cells, number = note(0), 0
        for cell in nb.cells:
            if cell.cell_type == "markdown" and TAG in cell.metadata.get("tags", []):
                continue
            cells.append(cell)
            if cell.cell_type == "code":
                number += 1
                cells += note(number)
        nb.cells = cells + note(-1)
        return nb, resources


class Comments(Preprocessor):
    """Makes everything but code a comment, and numbers the code cells as messages do."""

    def preprocess(self, nb: NotebookNode, resources: object) -> tuple[NotebookNode, object]:
        number = 0
        for cell in nb.cells:
            cell.metadata = {}  # it could keep code out of the script
            if cell.cell_type == "code":
                number += 1
                cell.execution_count = number
            else:
                cell.cell_type, cell.source = "markdown", clean("\n".join(cell.source.splitlines()))
        return nb, resources


def annotated(
    grade: Grade, report: Report, exercise: ExerciseText, notebook: Json | None, why: str, script: bool
) -> str:
    """The notebook with a note on the whole, one after each cell that answers a question, one on the rest.

    Args:
        notebook: the file that was judged; None if it cannot be shown.
        why: why it cannot be.
        script: as a Python script with comments, instead of a notebook.
    """
    style = PLAIN if script else MARKDOWN
    nb, cells = NotebookNode(nbformat=4, nbformat_minor=4, metadata={}, cells=[]), {}
    if notebook is not None:
        nb, whole = _valid(notebook)
        _shorten(nb)
        why = "" if whole else BROKEN
        sources = [source for kind, source, _ in cells_in(notebook) if kind == "code"]
        cells = defining_cells(list(enumerate(sources, 1)), [question.name for question in report.questions])
    notes: dict[int, list[str]] = {}
    for question, score in sorted(grade.question_scores(), key=lambda pair: pair[0].status == Status.PASSED):
        note = note_on_question(question, score, grade, style)
        notes.setdefault(cells.get(question.name, -1), []).append(note)
    texts = {number: "\n\n".join(several) for number, several in notes.items()}
    texts[0] = note_on_all(grade, report, exercise, cells, why, style)
    exporter = PythonExporter if script else NotebookExporter
    preprocessors = [Annotations(texts), *([Comments(enabled=True)] if script else [])]
    body, _ = exporter(default_preprocessors=[], preprocessors=preprocessors).from_notebook_node(nb)
    return str(body)


def _shorten(nb: NotebookNode) -> None:
    """Leave out what makes the file too large, and say so: metadata, attachments, outputs, ends of cells."""
    sources, others = Room(SOURCES), Room(OUTPUTS)
    for cell in [nb, *nb.cells]:
        for key in ("metadata", "attachments"):
            if key in cell and not others.takes(json_size(cell[key])):
                cell[key] = NotebookNode()
    for cell in nb.cells:
        if not sources.takes(json_size(cell.source)):
            cell.source = f"{cell.source[: sources.left // 20]}\n{NOT_HERE}"
            sources.takes(sources.left)
        if outputs := cell.get("outputs"):
            cell.outputs = [output for output in outputs if others.takes(json_size(output) + AROUND_OUTPUT)]
            if len(cell.outputs) < len(outputs):
                cell.outputs.append(nbformat.v4.new_output("stream", name="stdout", text=NO_OUTPUT))


def _valid(notebook: Json) -> tuple[NotebookNode, bool]:
    """A valid notebook, and whether all of the file is in it: if it is not valid, only its cells' text is."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # missing and doubled ids of cells are mended
        try:
            nb = nbformat.reads(json.dumps(notebook), as_version=4)
            for cell in nb.cells if nb.nbformat_minor < 5 else []:
                cell.pop("id", None)  # some editors give cells ids there, too early
            nbformat.validate(nb)
            if "nbformat" in notebook:
                return nb, True
        except Exception:
            pass
    cells = []
    for kind, source, _ in cells_in(notebook):
        cell = NotebookNode(
            cell_type=kind if kind in ("code", "raw") else "markdown", source=source, metadata={}
        )
        cells.append(NotebookNode(cell, outputs=[], execution_count=None) if kind == "code" else cell)
    return NotebookNode(nbformat=4, nbformat_minor=4, metadata={}, cells=cells), False
