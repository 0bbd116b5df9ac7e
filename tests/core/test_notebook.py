"""Whatever file a student hands in: cells, or one sentence that says what is wrong with it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
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


def zipped(*names: str) -> bytes:
    """A zip archive with these members."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as members:
        for name in names:
            members.writestr(name, "x")
    return archive.getvalue()


BROKEN = {
    "empty": (b"", "empty"),
    "blank": (b" \n\t\n", "empty"),
    "truncated": (text_of([code("x = 1")]).encode()[:-20], "complete"),
    "binary": (bytes(range(256)) * 50, "text"),
    "zeros": (bytes(500), "only zeros"),
    "image": (b"\x89PNG\r\n\x1a\n" + bytes(500), "a picture"),
    "photo": (b"\xff\xd8\xff\xe0" + bytes(500), "a picture"),
    "pdf": (b"%PDF-1.7\n" + bytes(500), "a PDF"),
    "rich-text": (rb"{\rtf1\ansi x = 1}", "Rich Text"),
    "word-of-old": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "Office"),
    "word": (zipped("word/document.xml"), "Word document"),
    "zip": (zipped("01_double.ipynb"), "a zip archive, not a notebook; unpack it"),
    "gzip": (b"\x1f\x8b\x08" + bytes(50), "unpack"),
    "rar": (b"Rar!\x1a\x07\x01" + bytes(50), "RAR"),
    "resource-fork": (b"\0\5\x16\7\0\2\0\0Mac OS X        " + bytes(50), "without ._"),
    "icloud": (b"bplist00\xd3\1\2" + bytes(50), "iCloud"),
    "lfs-pointer": (b"version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 1\n", "git lfs pull"),
    "html": (b"<!DOCTYPE html><html><body>Sign in</body></html>", "an HTML page, not a notebook; download"),
    "html-of-notebook": (b"<!-- x -->\n<html><body class='jp-Notebook'></body></html>", "exported as HTML"),
    "xml": (b"<?xml version='1.0'?>\n<html></html>", "HTML"),
    "conflict": (b'{\n <<<<<<< HEAD\n"cells": [\n=======\n>>>>>>> theirs\n]}', "conflict marks of git"),
    "cut-off": (text_of([code("x = 1")]).encode()[:40], "cut off"),
    "damaged": (text_of([code("x = 1")]).replace(":", "=", 1).encode(), "damaged"),
    "prose": (b"Dear teacher, I could not do it.", "neither a notebook"),
    "one-word": (b"sorry", "neither a notebook"),
    "shift-jis": (text_of([code("x = 1  # T")]).encode().replace(b"T", "\u5b66\u751f\u3067\u3059".encode("shift-jis")), "save it as UTF-8"),
    "cyrillic": (text_of([code("x = 1  # T")]).encode().replace(b"T", "\u041f\u0440\u0438\u0432\u0435\u0442".encode("cp1251")), "save it as UTF-8"),
    "mixed-utf-16": (b"\xff\xfe" + b"x = 1", "UTF-16"),
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


NAMES = "# für die Ableitung, année, “so” – 25 °C"


@pytest.mark.parametrize("kind", ["ipynb", "py"])
@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "cp1252"],
)
def test_text_is_read_in_any_encoding_that_is_certain(encoding: str, kind: str, tmp_path: Path) -> None:
    """With a byte order mark or without one, and with zeros after its end: the same cells."""
    source = f"x = 1\n{NAMES}" + "\n# an ordinary line" * 10
    text = source if kind == "py" else json.dumps({"cells": [code(source)], "metadata": {}}, ensure_ascii=False)
    path = tmp_path / f"work.{kind}"
    path.write_bytes(text.encode(encoding) + bytes(8))
    assert read_notebook(path).cells == ((1, source),)


def test_a_script_is_read_in_the_encoding_that_it_declares(tmp_path: Path) -> None:
    """By PEP 263; one that Python does not know, or that is no text, changes nothing."""
    path = tmp_path / "work.py"
    path.write_bytes("# -*- coding: cp1251 -*-\ns = 'Привет'".encode("cp1251"))
    assert "Привет" in read_notebook(path).cells[0][1]
    for unknown in ("martian", "rot13", "base64", "x" * 200):
        path.write_bytes(f"# coding: {unknown}\n".encode() + b"x = 1  # \xcf\xf0\xe8\xe2\xe5\xf2")
        assert "x = 1" in read_notebook(path).cells[0][1]


def test_what_a_file_is_does_not_depend_on_its_name(tmp_path: Path) -> None:
    """A notebook with any ending, or none, is a notebook; Python is a script where it defines something."""
    for name in ("a.ipynb.txt", "b.ipynb.json", "c", "d.html", "e.py", "f.PY", "g.ipynb (1)"):
        (tmp_path / name).write_text(text_of([code("x = 1")]))
        assert read_notebook(tmp_path / name).cells == ((1, "x = 1"),)
    for name in ("a.py.txt", "b.PY", "c.ipynb", "d.txt", "e"):
        (tmp_path / name).write_text("def f():\n    return {}\n# %%\nf()")
        assert len(read_notebook(tmp_path / name).cells) == 2


@pytest.mark.parametrize("language", ["pyspark", "Python 3", "python3.11", "xpython", "sage", "martian", "", None, 5, "ir"])
def test_a_notebook_is_python_if_it_reads_as_python(language: object, tmp_path: Path) -> None:
    """Whatever its kernel is called, with magics, and with a cell that has a mistake in it."""
    cells = [code("%matplotlib inline\nimport numpy as np"), code("!pip list"), code("def f(x:\n"), code("%%time\ndef g(x): return x")]
    path = tmp_path / "work.ipynb"
    path.write_text(text_of(cells, kernelspec={"name": "x", "language": language}, language_info={"name": language}))
    assert len(read_notebook(path).cells) == 4


@pytest.mark.parametrize("source", ["f <- function(x) { x }", "x <- 3", "function f(x) x end", "let x = 1;", "print(1)", "val x = 1"])
def test_another_language_is_named(source: str, tmp_path: Path) -> None:
    """Also where its lines could be Python as well, since nothing in it is written as only Python is."""
    path = tmp_path / "work.ipynb"
    path.write_text(text_of([code(source)], kernelspec={"name": "ir", "language": "R"}))
    assert "written in r, not in Python" in refusal(path)


@pytest.mark.parametrize("bulk", ["picture", "lines", "widgets", "attachment", "escapes"])
def test_outputs_of_any_size_are_not_the_answer(bulk: str, tmp_path: Path) -> None:
    """A file far over the limit is read without them, and two that differ only in them are the same notebook."""
    known = []
    for size in (22_000_000, 30_000_000):
        first, text, metadata = code("x = '[{' + '\\\\'"), {"cell_type": "markdown", "source": "t"}, {}
        if bulk == "picture":
            first["outputs"] = [{"output_type": "display_data", "data": {"image/png": "A" * size}}]
        elif bulk == "lines":
            first["outputs"] = [{"output_type": "stream", "text": ["0.5 \"]}\n"] * (size // 12)}]
        elif bulk == "escapes":
            first["outputs"] = [{"output_type": "stream", "text": "\\" * (size // 2)}]
        elif bulk == "widgets":
            metadata = {"widgets": {"state": {"a": ["x" * size]}}}
        else:
            text["attachments"] = {"a.png": {"image/png": "A" * size}}
        path = tmp_path / f"{size}.ipynb"
        path.write_text(text_of([first, text, code("y = 2")], **metadata))
        assert path.stat().st_size > MAX_BYTES
        known.append(read_notebook(path))
    assert known[0] == known[1] and known[0].cells == ((1, "x = '[{' + '\\\\'"), (2, "y = 2"))


@pytest.mark.parametrize("data", [b"x" * (MAX_BYTES + 1), b'{"cells": ["' + b"x" * (MAX_BYTES + 1) + b'"]}', b"{" + b"[" * (MAX_BYTES + 1)])
def test_what_is_large_without_outputs_is_refused(data: bytes, tmp_path: Path) -> None:
    """Text that is no notebook, and a notebook whose cells are over the limit."""
    (tmp_path / "work.ipynb").write_bytes(data)
    assert "MB" in refusal(tmp_path / "work.ipynb")
