"""Which modules notebooks import that are not installed where they were graded, and what to do about it."""

from collections.abc import Iterable
from dataclasses import dataclass

from grader.core.grades import Grade
from grader.core.report import Report
from grader.pages.not_run import FirstCause, counted, first_causes, module_of

# Modules whose package has another name on the package index.
PACKAGES = {
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python-headless",
    "PIL": "pillow",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
}
COLAB = "google.colab"


@dataclass(frozen=True)
class MissingModule:
    """What cannot be imported, in a sentence with `names`; the IDs of the students who do, and the remedy."""

    sentence: str
    remedy: str
    students: tuple[str, ...]


def missing_modules(grades: Iterable[Grade]) -> list[MissingModule]:
    """Each module with those whose notebooks import it, the one that most do first."""
    importers: dict[str, dict[tuple[str, str], int]] = {}
    for grade in grades:
        causes = first_causes(grade.questions)
        for cell in grade.report.cells if grade.report else ():
            for name in cell.missing:
                cost = sum(len(cause.questions) for cause in _causes(name, causes))
                importers.setdefault(_module(name), {})[grade.student, grade.exercise] = cost
    ranked = sorted(importers.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return [
        MissingModule(
            _sentence(name, len(notebooks), sum(notebooks.values())),
            _remedy(name),
            tuple(dict.fromkeys(student for student, _ in notebooks)),
        )
        for name, notebooks in ranked
    ]


def missing_in(report: Report) -> dict[int, str]:
    """Cell → a sentence for its author on what it imports in vain; empty if that has cost nothing."""
    if report.score == report.max_score:
        return {}
    causes, found = first_causes(report.questions), {}
    for cell in report.cells:
        free = [name for name in cell.missing if not _causes(name, causes)]
        if free:
            words = f"{_listed(free)} not installed where notebooks are graded"
            found[cell.index] = (
                f"{words}; no question failed for want of {'it' if len(free) == 1 else 'them'}"
            )
    return found


def _causes(name: str, causes: Iterable[FirstCause]) -> list[FirstCause]:
    """The first causes that this missing module, or name of a module, is."""
    return [cause for cause in causes if module_of(cause.words) == _root(name)]


def _root(name: str) -> str:
    return name.replace(":", ".").partition(".")[0]


def _module(name: str) -> str:
    """What has to be installed: the package of a module, unless only a name or a part of it is missing."""
    return name if ":" in name or name.startswith(COLAB) else name.partition(".")[0]


def _sentence(name: str, count: int, cost: int) -> str:
    lost = f"; {counted(cost)} could not run" if cost else ""
    who = f"{count} {'notebook imports' if count == 1 else 'notebooks import'}"
    if ":" in name:
        module, _, part = name.partition(":")
        return f"{who} `{part}` from `{module}`, which the version installed here does not have{lost}."
    return f"{who} `{name}`, which is not installed here{lost}."


def _remedy(name: str) -> str:
    if ":" in name:
        return "Say in the exercise which version students should use."
    if name.startswith(COLAB):
        return "It exists in Google Colab only; nothing but what needs it is lost."
    package = PACKAGES.get(name, name)
    return (
        f"If students may use it: `pip install {package}`, add it to `packages` in `course.toml`, "
        "and grade again."
    )


def _listed(names: Iterable[str]) -> str:
    shown = [f"`{name.replace(':', '.')}`" for name in names]
    return f"{' and '.join(shown)} {'is' if len(shown) == 1 else 'are'}"
