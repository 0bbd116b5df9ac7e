"""Keys on Windows, lines where there is no terminal, and disks that do not tell of saves: here, without any of them."""

from __future__ import annotations

import io
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from support.cells import eventually

from grader.student.watch.keys import pressed_keys
from grader.student.watch.saved_files import saved_notebooks


def test_keys_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lower case; an arrow is two characters and no key of ours; Ctrl-C quits."""
    typed = list("Hn\xe0Hx\x03")
    terminal = SimpleNamespace(isatty=lambda: True)
    monkeypatch.setattr("grader.student.watch.keys.sys", SimpleNamespace(stdin=terminal, platform="win32"))
    monkeypatch.setitem(sys.modules, "msvcrt", SimpleNamespace(kbhit=lambda: bool(typed), getwch=lambda: typed.pop(0)))
    keys: list[str] = []
    with pressed_keys(keys.append):
        assert eventually(lambda: len(keys) == 4)
    assert keys == ["h", "n", "x", "q"]


def test_lines_where_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first letter of each; an empty line is a key too."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("Hint\n\nq\n"))
    keys: list[str] = []
    with pressed_keys(keys.append):
        assert eventually(lambda: len(keys) == 3)
    assert keys == ["h", "\n", "q"]


def test_a_disk_that_tells_nothing_is_looked_at_again_and_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As network file systems are; only if that fails too there is an error."""
    calls: list[bool | None] = []

    def watch(folder: Path, *, force_polling: bool | None, watch_filter: Any, **_: object) -> Iterator[set[tuple[int, str]]]:
        calls.append(force_polling)
        if not force_polling or len(calls) > 2:
            raise OSError("no space left for watches")
        paths = [str(folder / "a" / "a.ipynb"), str(folder / "a" / "b.ipynb"), str(folder / "a" / "a.py")]
        yield {(1, path) for path in paths if watch_filter(1, path)}

    monkeypatch.setattr("watchfiles.watch", watch)
    saved: list[str] = []
    saved_notebooks(tmp_path, saved.append, threading.Event())
    assert saved == ["a"] and calls == [None, True]
    with pytest.raises(OSError, match="no space left"):
        saved_notebooks(tmp_path, saved.append, threading.Event())
