"""The shape of the engine: imports go one way and no module grows beyond what can be read in one go."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import grader

ROOT = Path(grader.__file__).parent
MODULES = sorted(path.relative_to(ROOT) for path in ROOT.rglob("*.py"))
LAYERS = [
    {"errors", "children"}, {"files", "inside"}, {"report", "made"}, {"grades", "policies"}, {"course", "notebook", "analysis"}, {"sandbox"}, {"student"}, {"suite"}, {"forbidden"},
    {"roster", "intake", "gradebook", "grading", "similar"}, {"render"}, {"term", "decisions", "diff", "enrolment"},
    {"batch", "release", "new", "export", "pages", "feedback"}, {"run", "cluster", "kit", "selfcheck", "hints", "doctor", "progress", "reset"},
    {"jupyter", "autograder", "results"}, {"audit", "mutants", "watch", "serve"}, {"mutation", "diagnoses"}, {"commands"}, {"cli"}, {"__main__"},
]  # fmt: skip
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}
EXCEPTIONS = {("course", "grader.sandbox.limits")}


def part_of(dotted: str) -> str:
    """The part of the engine that a dotted name below `grader` belongs to, or "" for the package itself."""
    return dotted.split(".")[1] if "." in dotted else ""


def imports(module: Path) -> Iterator[str]:
    """Every name below `grader` that a module imports, relative imports made absolute."""
    package = ["grader", *module.parent.parts]
    for node in ast.walk(ast.parse((ROOT / module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "grader")
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            whole = ".".join([*base, *([node.module] if node.module else [])])
            if whole == "grader":
                yield from (f"grader.{alias.name}" for alias in node.names)
            elif whole.startswith("grader."):
                yield whole


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_module_imports_only_from_its_own_part_and_those_below(module: Path) -> None:
    """cli → commands → mutation → audit → batch, release, check, doctor → grading, render → suite → student → sandbox → course … → errors."""
    mine = module.parts[0].removesuffix(".py")
    if mine == "__init__":
        assert not [name for name in imports(module) if part_of(name)]
        return
    assert mine in RANK, f"{module} has no place in the order of the engine's parts"
    for name in imports(module):
        theirs = part_of(name)
        if theirs in ("", "__version__", mine) or (mine, name) in EXCEPTIONS:
            continue
        assert theirs in RANK, f"{module} imports {name}, which has no place in the order"
        assert RANK[theirs] <= RANK[mine], f"{module} imports {name} from above it"


@pytest.mark.parametrize("module", [m for m in MODULES if m.parts[0] == "inside"], ids=str)
def test_what_runs_inside_the_sandbox_imports_nothing_else_of_the_grader(module: Path) -> None:
    """The folder `inside` is copied into the sandbox alone, so it must be complete in itself."""
    assert {part_of(name) for name in imports(module)} <= {"inside"}


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_no_module_is_longer_than_320_lines(module: Path) -> None:
    """A longer module has more than one purpose."""
    assert len((ROOT / module).read_text(encoding="utf-8").splitlines()) <= 320


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_every_module_says_what_it_is_for(module: Path) -> None:
    """Each module begins with a docstring."""
    assert ast.get_docstring(ast.parse((ROOT / module).read_text(encoding="utf-8")))
