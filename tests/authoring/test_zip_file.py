"""The zip files that are packed for others."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from grader.authoring.zip_file import write_zip
from grader.core.errors import GraderError


def test_the_same_files_give_the_same_zip(tmp_path: Path) -> None:
    """Sorted, with one date; only what is asked for can be executed."""
    content: dict[str, str | bytes] = {"b.sh": "echo", "a.txt": b"a"}
    first, second = tmp_path / "1.zip", tmp_path / "2.zip"
    write_zip(first, content, ["b.sh"])
    write_zip(second, dict(reversed(content.items())), ["b.sh"])
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert [(i.filename, i.external_attr >> 16) for i in archive.infolist()] == [("a.txt", 0o644), ("b.sh", 0o755)]


@pytest.mark.parametrize(("name", "words"), [("x.tar", "give a name that ends in .zip"), ("blocked/x.zip", "cannot be written")])
def test_a_zip_that_cannot_be_written_is_one_line(tmp_path: Path, name: str, words: str) -> None:
    """A wrong name, or a place that is no folder."""
    (tmp_path / "blocked").touch()
    with pytest.raises(GraderError, match=words):
        write_zip(tmp_path / name, {})
