"""Files are whole or not there, and a folder has one writer."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.core import files
from grader.core.errors import GraderError
from grader.core.files import locked, path_from_here, write_atomically, write_file


def test_a_file_is_written_with_its_folder_and_left_alone_if_it_is_the_same(tmp_path: Path) -> None:
    """Text or bytes; a second time neither the content nor the time of the file changes."""
    path = tmp_path / "deep" / "a.txt"
    for content in ("half a pair \ud83d", b"half a pair ?"):
        write_atomically(path, content)
        assert path.read_bytes() == b"half a pair ?"
        os.utime(path, (1, 1))
    write_file(path, "half a pair ?")
    assert path.stat().st_mtime == 1
    write_file(path, "other", durable=False)
    assert path.read_text() == "other" and path.stat().st_mode & 0o777 == 0o644
    assert [child.name for child in path.parent.iterdir()] == ["a.txt"]


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason is named, and what to do."""
    path = tmp_path / "a.txt"
    path.write_text("old")

    def full(source: object, target: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "replace", full)
    with pytest.raises(GraderError, match=r"a\.txt: cannot be written \(No space left on device\); mend that"):
        write_file(path, "new")
    assert path.read_text() == "old" and len(list(tmp_path.iterdir())) == 1


def test_a_folder_has_one_writer_and_is_cleared_of_what_another_left(tmp_path: Path) -> None:
    """A second process is told which one writes there; when the first has ended, the folder is free."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / f"{files.UNFINISHED}x").touch()
    second = (
        "import sys\nfrom pathlib import Path\nfrom grader.core.errors import GraderError\nfrom grader.core.files import locked\n"
        "try:\n    with locked(Path(sys.argv[1])): print('free')\nexcept GraderError as error: print(error)"
    )

    def tried() -> str:
        return subprocess.run([sys.executable, "-c", second, tmp_path / "out"], capture_output=True, text=True).stdout

    with locked(tmp_path / "out"):
        assert [child.name for child in (tmp_path / "out").iterdir()] == [".lock"]
        assert tried().endswith(f"out: process {os.getpid()} is writing there; wait for it\n")
    assert tried() == "free\n"


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """One line with the reason and the remedy."""
    (tmp_path / "out").write_text("a file")
    with pytest.raises(GraderError, match=r"out: cannot be written \(.*\); choose another folder"), locked(tmp_path / "out"):
        pass


def test_a_path_is_shown_as_a_person_would_type_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Relative below the working folder, otherwise in full."""
    monkeypatch.chdir(tmp_path)
    assert path_from_here(tmp_path / "a" / "b") == Path("a/b")
    assert path_from_here(tmp_path.parent) == tmp_path.parent
