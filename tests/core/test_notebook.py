"""Whatever file a student hands in: cells, or one sentence that says what is wrong with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from grader.core.notebook import MAX_BYTES, MAX_CELLS, MAX_SOURCE, UnreadableNotebook, read_notebook


def code(source: Any) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source}


def text_of(cells: list[Any], **metadata: Any) -> str:
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def refusal(path: Path) -> str:
    """The sentence with which the file is refused."""
    with pytest.raises(UnreadableNotebook) as caught:
        read_notebook(path)
    sentence = str(caught.value)
    assert len(sentence.split()) > 3 and "\n" not in sentence and "Traceback" not in sentence
    return sentence


BROKEN = {
    "empty": (b"", "empty"),
    "blank": (b" \n\t\n", "empty"),
    "truncated": (text_of([code("x = 1")]).encode()[:-20], "complete"),
    "binary": (bytes(range(256)) * 50, "text"),
    "image": (b"\x89PNG\r\n\x1a\n" + bytes(500), "text"),
    "utf-16": (text_of([code("x = 1")]).encode("utf-16"), "text"),
    "html": (b"<!DOCTYPE html><html><body>Sign in</body></html>", "notebook"),
    "list": (b"[1, 2, 3]", "notebook"),
    "number": (b"42", "notebook"),
    "null": (b"null", "notebook"),
    "no-cells": (b'{"nbformat": 4, "metadata": {}}', "cells"),
    "cells-null": (b'{"cells": null}', "cells"),
    "cells-object": (b'{"cells": {"0": 1}}', "cells"),
    "language": (text_of([code("1")], kernelspec={"language": "R", "name": "ir"}).encode(), "Python"),
    "language-info": (text_of([code("1")], language_info={"name": "julia"}).encode(), "julia"),
    "deep": (b'{"cells": ' + b"[" * 5_000 + b"]" * 5_000 + b"}", "deep"),
    "deep-unclosed": (b"[" * 1_000_000, "deep"),
    "deep-objects": (b'{"a":' * 100_000, "deep"),
    "huge-number": (b'{"cells": [' + b"9" * 10_000 + b"]}", "notebook"),
    "many-cells": (text_of([code("")] * (MAX_CELLS + 1)).encode(), "cells"),
    "long-cell": (text_of([code("#" * (MAX_SOURCE + 1))]).encode(), "cell"),
    "worksheets-of-numbers": (b'{"worksheets": [{"cells": 5}], "nbformat": 3}', "notebook"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_is_no_python_notebook_is_refused_with_a_sentence(name: str, tmp_path: Path) -> None:
    """Each kind of broken file has one sentence that names what is wrong."""
    data, word = BROKEN[name]
    path = tmp_path / "work.ipynb"
    path.write_bytes(data)
    assert word in refusal(path)


def test_a_file_over_the_size_limit_is_refused_without_being_read(tmp_path: Path) -> None:
    """A sparse file of one byte more than the limit, and one of 50 GB, are refused for their size."""
    path = tmp_path / "work.ipynb"
    for size in (MAX_BYTES + 1, 50 << 30):
        with open(path, "wb") as stream:
            stream.truncate(size)
        assert "MB" in refusal(path)


def test_links_pipes_folders_sockets_and_missing_files_are_never_opened(tmp_path: Path) -> None:
    """Nothing but a regular file is read, and nothing waits for a writer."""
    good = tmp_path / "good.ipynb"
    good.write_text(text_of([code("x = 1")]))
    link, pipe, folder = tmp_path / "link.ipynb", tmp_path / "pipe.ipynb", tmp_path / "folder.ipynb"
    link.symlink_to(good)
    os.mkfifo(pipe)
    folder.mkdir()
    (tmp_path / "loop.ipynb").symlink_to("loop.ipynb")
    for path in (link, pipe, folder, tmp_path / "loop.ipynb", tmp_path / "missing.ipynb"):
        refusal(path)
    device = tmp_path / "zero.ipynb"
    device.symlink_to("/dev/zero")
    refusal(device)
    refusal(Path("/dev/zero"))


@pytest.mark.parametrize("data", ['"' + '\\"' * 400_000, '{"cells": ["' + '\\"' * 400_000, '"\\' * 400_000], ids=["a", "b", "c"])
def test_reading_takes_time_in_proportion_to_the_file(data: str, tmp_path: Path) -> None:
    """Text of quotes and backslashes is refused by a process that is stopped if it does not end."""
    path = tmp_path / "work.ipynb"
    path.write_text(data)
    program = "import sys; from pathlib import Path; from grader.core.notebook import *\n" \
        "try: read_notebook(Path(sys.argv[1]))\nexcept UnreadableNotebook: print('refused')"
    try:
        done = subprocess.run([sys.executable, "-c", program, path], capture_output=True, timeout=8, text=True)
    except subprocess.TimeoutExpired:
        pytest.fail("reading a file of 800 kB does not end")
    assert done.stdout.strip() == "refused", done.stderr[-500:]


def test_code_cells_are_numbered_in_order_and_others_are_left_out(tmp_path: Path) -> None:
    """Markdown cells do not count; sources may be text or lists of lines."""
    path = tmp_path / "work.ipynb"
    path.write_text(text_of([code("a = 1"), {"cell_type": "markdown", "source": "b"}, code(["c = 2\n", "d = 3"]), 5, None]))
    assert read_notebook(path).cells == ((1, "a = 1"), (2, "c = 2\nd = 3"))


def test_a_notebook_without_code_is_a_notebook(tmp_path: Path) -> None:
    """An empty list of cells is no error: there is nothing in it to grade."""
    path = tmp_path / "work.ipynb"
    path.write_text(text_of([]))
    assert read_notebook(path).cells == ()


def test_notebooks_of_nbformat_3_are_read(tmp_path: Path) -> None:
    """Cells in worksheets, with `input` for the source, are found."""
    path = tmp_path / "work.ipynb"
    cells = [{"cell_type": "code", "language": "python", "input": ["x = 1"]}, {"cell_type": "heading", "source": "y"}]
    path.write_text(json.dumps({"nbformat": 3, "metadata": {"name": ""}, "worksheets": [{"cells": cells}, 7]}))
    assert read_notebook(path).cells == ((1, "x = 1"),)


def test_a_byte_order_mark_odd_characters_and_brackets_in_strings_do_no_harm(tmp_path: Path) -> None:
    """A notebook saved by an editor with a mark, lone surrogates and brackets in its text is read."""
    path = tmp_path / "work.ipynb"
    path.write_bytes(b"\xef\xbb\xbf" + text_of([code("s = '" + "[{" * 500 + "\\\"'"), code("t = '\ud800'")]).encode())
    cells = read_notebook(path).cells
    assert len(cells) == 2 and cells[0][1].count("[{") == 500
    cells[1][1].encode("utf-8")


def test_a_script_is_split_at_its_cell_marks(tmp_path: Path) -> None:
    """A `.py` file is a notebook with `# %%` between its cells."""
    path = tmp_path / "work.py"
    path.write_text("# %%\nx = 1\n# %% second\ny = 2\n#%%\n\n")
    assert [source.strip() for _, source in read_notebook(path).cells] == ["x = 1", "y = 2"]
