"""A course that pip has installed next to the interpreter is hidden from notebooks, though the interpreter is not."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from support.cells import RIGHT, GradeCells

from grader.core.errors import GraderError
from grader.sandbox import launch
from grader.sandbox.forkserver import ForkServer
from grader.sandbox.launch import without_course

SHARE = Path(os.path.realpath(sys.base_prefix)) / "share"
LOOK = """
import os
touched = []
try:
    touched += os.listdir({folder!r})
except OSError:
    pass
try:
    open({folder!r} + "/answers", "w").close()
    touched.append("answers")
except OSError:
    pass
if touched:
    del double
"""


@pytest.fixture
def folder() -> str:
    """A folder of the Python installation that is not empty, in place of the course."""
    full = [path for path in SHARE.glob("*") if path.is_dir() and any(path.iterdir())]
    if not full:
        pytest.skip(f"there is nothing in {SHARE}")
    return str(full[0])


def test_a_notebook_reads_the_python_installation_but_not_the_course_in_it(
    grade_on: GradeCells, server: ForkServer, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor can it leave anything there for another notebook; the rest of the interpreter works as before."""
    cells = [*RIGHT, LOOK.format(folder=folder)]
    assert grade_on(server, cells).score < 5
    monkeypatch.setattr(launch, "installed_course", lambda: Path(folder))
    try:
        hidden = ForkServer(server.rung)
    except GraderError as error:
        pytest.skip(str(error))
    with hidden:
        assert hidden.rung == server.rung
        assert grade_on(hidden, cells).score == 5


def test_all_that_is_next_to_the_course_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folders on the way there are given entry by entry."""
    for name in ("lib/python", "share/man", "share/course/solutions", "bin"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.setattr(launch, "installed_course", lambda: tmp_path / "share" / "course")
    shown = without_course(["/elsewhere", str(tmp_path)])
    assert sorted(shown) == sorted(["/elsewhere", *(str(tmp_path / name) for name in ("bin", "lib", "share/man"))])
    monkeypatch.setattr(launch, "installed_course", lambda: None)
    assert without_course(["/elsewhere", str(tmp_path)]) == ["/elsewhere", str(tmp_path)]
