"""What could not run and why: the first causes of a notebook with what each costs, and of a class."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from grader.core.cell_errors import error_class
from grader.core.grades import Grade
from grader.core.report import QuestionResult
from grader.core.scoring import not_run

PLACE = re.compile(r"cell (\d{1,4})(?:, line (\d{1,6}))?: ")
NAMED = 6  # questions
WORDS = 80  # characters
# What begins a first cause, and what it is called when those of a class are counted.
KINDS = (
    (re.compile(r"there is no module (`[\w.]+`) here"), r"the module \1 is not installed here"),
    (re.compile(r"the module (`[\w.]+`) here has no (`\w+`)"), r"the module \1 here has no \2"),
    (re.compile(r"(`[\w.]+`) is not attempted yet"), r"\1 is not attempted, and other answers call it"),
    (re.compile(r"(`[\w.]+`) has no (`\w+`)"), r"\1 has no \2, and other answers need it"),
    (re.compile(r"(`[\w.]+`) is not defined in the notebook"), r"\1 is missing, and other answers need it"),
    (
        re.compile(r"`del` takes|the notebook did not come|what is defined inside"),
        "an answer is where nothing can call it",
    ),
    (re.compile(r"(?:Syntax|Indentation|Tab)Error\b"), "Python cannot read a cell"),
    (re.compile(r"(\w{1,60}(?:Error|Exception|Exit|Warning|Interrupt))\b"), r"a cell stopped with \1"),
    (re.compile(r"the time for cells is used"), "the cells took all the time that there is"),
)


@dataclass(frozen=True)
class FirstCause:
    """A first cause in a notebook: where and what, as it is said there, and what could not run for it.

    Attributes:
        cell: 0 if it is in no cell.
    """

    words: str
    cell: int
    questions: tuple[str, ...]

    @property
    def cost(self) -> str:
        """`2 questions could not run: …`, with names."""
        names = ", ".join(f"`{name}`" for name in self.questions[:NAMED])
        more = len(self.questions) - NAMED
        return (
            f"{counted(len(self.questions))} could not run: {names}{f' and {more} more' if more > 0 else ''}"
        )


@dataclass(frozen=True)
class CommonCause:
    """A kind of first cause in the class: in how many notebooks, for how many questions, and whose."""

    words: str
    notebooks: int
    questions: int
    students: tuple[str, ...]

    @property
    def cost(self) -> str:
        return f"{counted(self.questions)} could not run"


def first_causes(questions: Iterable[QuestionResult]) -> list[FirstCause]:
    """The first causes of what was not run in a notebook, in the order of the questions."""
    found = []
    for origin, names in not_run(questions).items():
        place = PLACE.match(origin)
        found.append(FirstCause(origin, int(place[1]) if place else 0, tuple(names)))
    return found


def is_said(cell: int, error: str, causes: Iterable[FirstCause]) -> bool:
    """Whether the error of a cell is told among the first causes already."""
    here = (PLACE.sub("", cause.words) for cause in causes if cause.cell == cell)
    return any(words[:WORDS] in error or error_class(words) == error_class(error) for words in here)


def place_of(origin: str) -> str:
    """`cell 1, line 5`, or all of it if it is in no cell."""
    place = PLACE.match(origin)
    return place[0].removesuffix(": ") if place else origin


def common_causes(grades: Iterable[Grade]) -> list[CommonCause]:
    """What kept answers of the class from running, what is most common first.

    Modules that cells import in vain are left out: they are listed with the remedy.
    """
    found: dict[str, dict[tuple[str, str], int]] = {}
    for grade in grades:
        known = {module_of(f"there is no module `{name}` here") for name in _missing(grade)}
        for cause in first_causes(grade.questions):
            if module_of(cause.words) in known:
                continue
            notebooks = found.setdefault(_kind(cause.words), {})
            key = grade.student, grade.exercise
            notebooks[key] = notebooks.get(key, 0) + len(cause.questions)
    ranked = sorted(found.items(), key=lambda pair: (-len(pair[1]), -sum(pair[1].values()), pair[0]))
    return [
        CommonCause(
            kind, len(notebooks), sum(notebooks.values()), tuple(dict.fromkeys(who for who, _ in notebooks))
        )
        for kind, notebooks in ranked
    ]


def _missing(grade: Grade) -> set[str]:
    cells = grade.report.cells if grade.report else ()
    return {name.partition(":")[0] for cell in cells for name in cell.missing}


def _kind(origin: str) -> str:
    words = PLACE.sub("", origin)
    for pattern, kind in KINDS:
        if match := pattern.match(words):
            return match.expand(kind)
    return "a cell was stopped" if words != origin else "an answer needs what is not there"


def module_of(origin: str) -> str:
    """The package whose absence is this first cause, "" if it is another."""
    match = re.search(r"(?:there is no module|the module) `(\w+)[\w.]*` here", origin)
    return match[1] if match else ""


def counted(count: int) -> str:
    """`2 questions`."""
    return f"{count} question{'' if count == 1 else 's'}"
