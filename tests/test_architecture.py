"""The shape of the engine: no module grows beyond what can be read in one go."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import grader

ROOT = Path(grader.__file__).parent
MODULES = sorted(path.relative_to(ROOT) for path in ROOT.rglob("*.py"))


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_no_module_is_longer_than_300_lines(module: Path) -> None:
    """A longer module has more than one purpose."""
    assert len((ROOT / module).read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_every_module_says_what_it_is_for(module: Path) -> None:
    """Each module begins with a docstring."""
    assert ast.get_docstring(ast.parse((ROOT / module).read_text(encoding="utf-8")))
