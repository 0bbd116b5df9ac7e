"""What is audited: the reference, the stub and the variants of each exercise, and what must come of them."""

import ast
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.core.course import Course, Exercise
from grader.core.errors import GraderError
from grader.core.notebook import read_notebook
from grader.core.python_file import python_file
from grader.core.stub import BEGIN, stub_notebook

DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)
Cells = tuple[tuple[int, str], ...]
ALL: frozenset[str] = frozenset()  # the questions of a suite that are asked


@dataclass(frozen=True)
class Case:
    """One thing to grade and what must come out: `loses` is None where nothing may be earned at all."""

    slug: str
    name: str
    cells: Cells
    loses: frozenset[str] | None
    suites: tuple[str, ...] = ("hidden", "visible")


@dataclass(frozen=True)
class Finding:
    """The result of one audited case; `problem` is empty when it is as it should be."""

    case: str
    problem: str

    @property
    def complaint(self) -> str:
        """The problem in a line to print, "" if there is none."""
        return f"✗ {self.case}: {self.problem}" if self.problem else ""


def chosen(course: Course, slugs: Sequence[str]) -> list[Exercise]:
    """These exercises, by default all; what trains for long comes first.

    Raises:
        GraderError: there is no such exercise.
    """
    exercises = [course.find(slug) for slug in slugs] or list(course.exercises.values())
    return sorted(exercises, key=lambda exercise: exercise.limits.call_cpu_s, reverse=True)


def cases_of(exercise: Exercise) -> list[Case]:
    """The reference, the stub, and every variant of one exercise."""
    reference = read_notebook(exercise.notebook).cells
    slug = exercise.slug
    stub = tuple(
        (n, "".join(cell["source"]))
        for n, cell in enumerate(json.loads(stub_notebook(exercise))["cells"], start=1)
        if cell["cell_type"] == "code"
    )
    cases = [Case(slug, "stub", stub, None), Case(slug, "solution", reference, frozenset())]
    for path in variants(exercise, "correct"):
        cases.append(Case(slug, f"correct/{path.stem}", read_notebook(path).cells, frozenset()))
    below = defining_cells(reference)
    for path in variants(exercise, "wrong"):
        overlay = tuple((len(reference) + n, source) for n, source in read_notebook(path).cells)
        cases.append(Case(slug, f"wrong/{path.stem}", below + overlay, declared_losses(path), ("hidden",)))
    return cases


def variants(exercise: Exercise, kind: str) -> list[Path]:
    """The files of its "correct" or "wrong" variants."""
    return sorted((exercise.folder / kind).glob("*.py"))


def defining_cells(cells: Cells) -> Cells:
    """Those with answers or with nothing but definitions: pictures and self-checks decide no verdict."""
    return tuple((n, s) for n, s in cells if BEGIN in s or _defines(s))


def _defines(source: str) -> bool:
    try:
        return all(isinstance(part, DEFINITIONS) for part in ast.parse(source).body)
    except SyntaxError:
        return True


def declared(variant: Path, word: str) -> list[str]:
    """What the docstring of a variant says after `word:`, an entry for each such line.

    Raises:
        GraderError: it is not valid Python.
    """
    lines = (ast.get_docstring(python_file(variant)) or "").splitlines()
    return [line.removeprefix(f"{word}:").strip() for line in lines if line.startswith(f"{word}:")]


def declared_losses(variant: Path) -> frozenset[str]:
    """The questions that a wrong variant's docstring says it must lose.

    Raises:
        GraderError: it says none.
    """
    for line in declared(variant, "Loses"):
        return frozenset(name.strip() for name in line.split(",") if name.strip())
    raise GraderError(f"{variant}: its docstring must end with 'Loses: QUESTION, …'")
