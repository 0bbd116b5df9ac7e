"""A class of two and a course of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from support.paths import COURSE


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A class of two and a course of its own."""
    shutil.copytree(COURSE, tmp_path / "course")
    for student in ("ada", "bob"):
        (tmp_path / "in" / student).mkdir(parents=True)
        shutil.copy(COURSE / "solutions" / "01_double" / "01_double.ipynb", tmp_path / "in" / student)
    return tmp_path
