"""The shape of the program and of its tests: short modules that say what they are for, and a page that shows how they hang together."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.paths import ROOT, TESTS

import grader

PACKAGE = Path(grader.__file__).parent
MODULES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))
TEST_MODULES = sorted(path.relative_to(TESTS) for path in TESTS.rglob("test_*.py") if "course" not in path.parts)


def parsed(path: Path) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_no_module_is_longer_than_300_lines(module: Path) -> None:
    """A longer module has more than one purpose."""
    assert len((PACKAGE / module).read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_no_function_is_longer_than_50_lines_and_no_line_than_110_columns(module: Path) -> None:
    """Decorators aside."""
    nodes = [node for node in ast.walk(parsed(PACKAGE / module)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert [node.name for node in nodes if (node.end_lineno or 0) - node.lineno >= 50] == []
    assert [line for line in (PACKAGE / module).read_text(encoding="utf-8").splitlines() if len(line) > 110] == []


def test_a_name_of_a_module_or_class_means_one_thing() -> None:
    """The same job in sibling folders aside: each platform's `download.py` and `upload.py`."""
    siblings = ("__init__.py", "__main__.py", "download.py", "upload.py")
    files = Counter(module.name for module in MODULES if module.name not in siblings)
    classes = Counter(
        node.name for module in MODULES for node in ast.walk(parsed(PACKAGE / module)) if isinstance(node, ast.ClassDef)
    )
    assert [name for name, count in (files + classes).items() if count > 1] == []


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_every_module_says_what_it_is_for(module: Path) -> None:
    """Each module begins with a docstring."""
    assert ast.get_docstring(parsed(PACKAGE / module))


def test_the_architecture_page_shows_the_imports_of_today() -> None:
    """If this fails: python scripts/draw_architecture.py"""
    command = [sys.executable, ROOT / "scripts" / "draw_architecture.py", "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_readme_says_where_every_package_is() -> None:
    """Every package of `grader/` has a place in the table of the README's "Layout"."""
    layout = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## Layout\n")[2].partition("\n## ")[0]
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert {package for package in packages if f"`grader/{package}/`" not in layout} == set()


@pytest.mark.parametrize("module", TEST_MODULES, ids=str)
def test_no_test_module_imports_another(module: Path) -> None:
    """What several tests need is in `tests/support` or in a `conftest.py`."""
    imports = [node for node in ast.walk(parsed(TESTS / module)) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {getattr(node, "module", None) or name.name for node in imports for name in node.names}
    assert not {name for name in names if name.rpartition(".")[2].startswith("test_")}


def vacuous(tree: ast.Module) -> Iterator[str]:
    """`all(…)` and `not any(…)` in assertions about a collection that may be empty: then they cannot fail."""
    nodes = list(ast.walk(tree))
    denied = {id(node.operand) for node in nodes if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)}
    for call in (node for each in nodes if isinstance(each, ast.Assert) for node in ast.walk(each.test)):
        match call:
            case ast.Call(ast.Name(name), [ast.GeneratorExp(generators=[first, *_]) | ast.ListComp(generators=[first, *_])]):
                checked = not first.ifs and ast.unparse(first.iter).startswith("nonempty(")
                if name == ("any" if id(call) in denied else "all") and not checked:
                    yield ast.unparse(call)


@pytest.mark.parametrize("module", TEST_MODULES, ids=str)
def test_what_is_asserted_of_every_item_is_asserted_of_at_least_one(module: Path) -> None:
    """If this fails: from support.nonempty import nonempty, and put it around the collection."""
    assert list(vacuous(parsed(TESTS / module))) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("assert all(x for x in xs)", True),
        ("assert xs and all(x for x in xs)", True),
        ("assert not any([x for x in xs])", True),
        ("assert wait(lambda: not any(x for x in xs))", True),
        ("assert all(x for x in nonempty(xs) if x)", True),
        ("assert all(x for x in nonempty(xs))", False),
        ("assert any(x for x in xs)", False),
        ("assert not all(x for x in xs)", False),
        ("good = all(x for x in xs)", False),
    ],
)
def test_an_assertion_about_nothing_is_seen(source: str, found: bool) -> None:
    assert bool(list(vacuous(ast.parse(source)))) == found
