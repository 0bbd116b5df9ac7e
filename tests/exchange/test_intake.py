"""Anything as input: for any file of any name, grading gives a status and harmless outputs."""

from __future__ import annotations

import csv
import html
import io
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import time
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console
from support.cells import RIGHT, WRONG, judge_of
from support.nonempty import nonempty
from support.paths import COURSE, ROOT

from grader.cli.main import main
from grader.core.course import Course, Exercise
from grader.core.errors import GraderError
from grader.core.notebook import MAX_BYTES, MAX_CELLS, MAX_SOURCE, UnreadableNotebook, read_notebook
from grader.core.report import CellResult, GradeStatus, QuestionResult, Report, Status, TestResult
from grader.core.safe_text import storable
from grader.engine.submission import Submission
from grader.exchange.intake.gather import SILENT_FOLDERS
from grader.exchange.intake.handed_in import Handed
from grader.exchange.intake.take_in import take_in
from grader.pages.addresses import page_name
from grader.pages.class_report import index_page
from grader.pages.scores_table import scores_csv, scores_table
from grader.pages.student_page import student_page
from grader.sandbox.forkserver import ForkServer
from grader.suite.session import SuiteSession
from grader.term.enrolment import whose
from grader.term.gradebook import open_gradebook
from grader.term.gradebook.attempts import AttemptKey, Received, record, text_of
from grader.term.standings import class_grades

SCHEMA = jsonschema.Draft202012Validator(json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8")))
SLUG = "01_double"
IS_ROOT = os.geteuid() == 0
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def fuzz(cases: int, strategy: st.SearchStrategy[Any], check: Callable[[Any], None]) -> None:
    """`check` on `cases` drawn values, the same ones in every run."""
    health = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much, HealthCheck.large_base_example]
    calm = settings(max_examples=cases, database=None, deadline=None, derandomize=True, suppress_health_check=health)
    calm(given(strategy)(lambda value: check(value)))()


# What might stand in a file ------------------------------------------------------------------------------------------

TEXT = st.text(st.characters(exclude_categories=()), max_size=30)  # lone surrogates too
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), TEXT,
    st.integers(1, 6_000).map(lambda digits: Raw("9" * digits)),
    st.sampled_from(["code", "source", "\0", "\ufeff", "\ud800", "1" * 5_000]),
)  # fmt: skip
JUNK = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4), max_leaves=8)
CODE = st.one_of(
    st.sampled_from([*RIGHT, *WRONG]), TEXT,
    st.sampled_from([
        "x = '\0'", "def double(x):", "import os; os._exit(3)", "raise SystemExit", "%matplotlib inline", "!true", "?", "%%bash\necho",
        "double = None", "return 2", "\x0c", "\u202edouble = 1", "\ufeffx = 1", "exit()", "await 1", "def double(x): return double(x)",
        "class Counter: __getattr__ = 5", "(" * 300, "-" * 5_000 + "1", "x = " + "9" * 5_000, "# coding: utf-16\nx = 1", "\\", "%", "%%", "!",
        "%%writefile", "get_ipython().run_cell('1')", "globals().clear()", "raise type('\\n\\x1b[2J', (Exception,), {})('\\ud800\\x00')",
    ]),
)  # fmt: skip


class Raw(int):
    """An integer of so many digits that Python refuses to read it back: written as it is."""

    def __new__(cls, digits: str) -> Raw:
        made = super().__new__(cls, 9)
        made.digits = digits
        return made

    digits: str

    def __repr__(self) -> str:
        return self.digits


def or_junk(right: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Mostly what belongs there, sometimes anything."""
    return st.one_of(right, right, right, right, JUNK)


def some_of(fields: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """A dictionary in which every field may be missing."""
    return st.fixed_dictionaries({}, optional=fields)


def cell_with(source: str) -> st.SearchStrategy[Any]:
    """A cell whose code stands under `source` (nbformat 4) or `input` (nbformat 3)."""
    lines = st.one_of(CODE, CODE.map(lambda text: text.splitlines(keepends=True)), st.lists(or_junk(CODE), max_size=3))
    kinds = st.sampled_from(["code", "code", "code", "markdown", "raw", "heading"])
    known = {"cell_type": kinds, source: or_junk(lines)}
    more = {"metadata": or_junk(st.just({})), "outputs": or_junk(st.just([])), "execution_count": or_junk(st.none()), "id": JUNK}
    return st.one_of(st.fixed_dictionaries(known, optional=more), some_of({**known, **more}))


LANGUAGE = st.one_of(st.sampled_from(["python", "Python", "R", "julia\nPython", ""]), TEXT)
METADATA = some_of({
    "kernelspec": or_junk(some_of({"name": or_junk(LANGUAGE), "language": or_junk(LANGUAGE)})),
    "language_info": or_junk(some_of({"name": or_junk(st.just("python"))})),
})  # fmt: skip
CELLS_4 = or_junk(st.lists(or_junk(cell_with("source")), max_size=6))
CELLS_3 = or_junk(st.lists(or_junk(cell_with("input")), max_size=4))
SHAPED = st.one_of(
    st.fixed_dictionaries({"cells": CELLS_4}, optional={"metadata": or_junk(METADATA), "nbformat": or_junk(st.just(4))}),
    st.fixed_dictionaries({"worksheets": or_junk(st.lists(or_junk(some_of({"cells": CELLS_3})), max_size=3))}),
    some_of({"cells": CELLS_4, "worksheets": JUNK, "metadata": or_junk(METADATA), "nbformat": JUNK}),
    JUNK,
)


@cache
def real_notebooks() -> list[bytes]:
    """Every different notebook of the course and of the fictional class."""
    paths = sorted([*(ROOT / "exercises").rglob("*.ipynb"), *(ROOT / "examples" / "submissions").rglob("*.ipynb"), *COURSE.rglob("*.ipynb")])
    found = list(dict.fromkeys(path.read_bytes() for path in paths))
    assert len(found) > 5
    return found


def as_json(value: Any, ascii_only: bool) -> str:
    return json.dumps(value, ensure_ascii=ascii_only)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) below `value`."""
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        box = waiting.pop()
        keys = list(box) if isinstance(box, dict) else range(len(box)) if isinstance(box, list) else []
        found += [(box, key) for key in keys]
        waiting += [box[key] for key in keys]
    return found


@st.composite
def mutated_values(draw: st.DrawFn) -> Any:
    """A real notebook with some of its values replaced, taken out, repeated or moved."""
    try:
        notebook = json.loads(draw(st.sampled_from(real_notebooks())))
    except ValueError:  # the class has notebooks that are broken on purpose
        return draw(SHAPED)
    for _ in range(draw(st.integers(1, 4))):
        found = places(notebook)
        if not found:
            return notebook
        box, key = found[draw(st.integers(0, len(found) - 1))]
        change = draw(st.sampled_from(["junk", "code", "remove", "copy", "wrap"]))
        if change == "remove":
            del box[key]
        elif change == "copy":
            there, where = found[draw(st.integers(0, len(found) - 1))]
            box[key] = json.loads(json.dumps(there[where]))
        else:
            box[key] = [box[key]] if change == "wrap" else draw(JUNK if change == "junk" else CODE)
    return notebook


@st.composite
def written(draw: st.DrawFn, values: st.SearchStrategy[Any]) -> bytes:
    """A value as a file: in some encoding, with doubled keys or deep nesting now and then."""
    value = draw(values)
    text = as_json(value, draw(st.booleans()))
    twist = draw(st.sampled_from(["", "", "", "", "", "doubled", "deep", "deeper", "tail"]))
    if twist == "doubled":
        text = text.replace("{", '{"cells": 1, "metadata": [], "cells": [{}],', 1)
    elif twist.startswith("deep"):
        depth = draw(st.integers(1, 90 if twist == "deep" else 3_000))
        text = text.replace(":", ": " + "[" * depth + "0" + "]" * depth + ', "x":', 1)
    elif twist == "tail":
        text += draw(st.sampled_from(["\n\n", "\0", "}", "{}", "\x1a"]))
    encoding = draw(st.sampled_from(["utf-8"] * 6 + ["utf-8-sig", "utf-16", "utf-32-le"]))
    return text.encode(encoding, "surrogatepass")


@st.composite
def mutated_bytes(draw: st.DrawFn) -> bytes:
    """A real notebook with some of its bytes overwritten, inserted, repeated or cut off."""
    data = draw(st.sampled_from(real_notebooks()))
    for _ in range(draw(st.integers(1, 3))):
        at, length = draw(st.integers(0, len(data))), draw(st.integers(0, 200))
        new = draw(st.one_of(st.binary(max_size=8), st.sampled_from([b"", b"\0", b'"', b"\\", b"[", b"}", b"\xef\xbb\xbf", b"NaN", b"1e999", b"\r"])))
        change = draw(st.sampled_from(["overwrite", "insert", "repeat", "cut", "quote"]))
        if change == "cut":
            data = data[:at]
        elif change == "repeat":
            data = data[:at] + data[max(0, at - length) :]
        elif change == "quote":
            data = data[:at] + data[at:].replace(b'"', new or b"'", length)
        else:
            data = data[:at] + new + data[at + (len(new) if change == "overwrite" else 0) :]
    return data


RUNNABLE = st.lists(CODE, max_size=3).flatmap(lambda odd: st.permutations([*RIGHT, *odd])).map(
    lambda sources: json.dumps({"cells": [{"cell_type": "code", "source": source} for source in sources]}).encode()
)
FILES = (written(SHAPED), written(mutated_values()), mutated_bytes(), st.one_of(RUNNABLE, st.binary(max_size=200)))


# What reading gives --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all cases of a module."""
    return tmp_path_factory.mktemp("intake")


@pytest.mark.parametrize("cases", [300, pytest.param(6_000, marks=pytest.mark.slow)])
def test_any_file_gives_numbered_cells_or_one_sentence(cases: int, folder: Path) -> None:
    """No other exception, bounded in time and size, and the same again."""
    outcomes: Counter[str] = Counter()

    def check(data: bytes) -> None:
        path = folder / "any.ipynb"
        path.write_bytes(data)
        begun = time.process_time()
        try:
            notebook = read_notebook(path)
        except UnreadableNotebook as problem:
            assert str(problem) and str(problem).isprintable() and len(str(problem)) < 200, repr(str(problem))
            outcomes["refused"] += 1
        else:
            assert [number for number, _ in notebook.cells] == list(range(1, len(notebook.cells) + 1))
            assert len(notebook.cells) <= MAX_CELLS
            for _, source in notebook.cells:
                assert type(source) is str and len(source.encode("utf-8")) <= MAX_SOURCE
            assert notebook == read_notebook(path)
            outcomes["cells" if notebook.cells else "no cells"] += 1
        assert time.process_time() - begun < 2.0

    for kind in FILES:
        fuzz(cases // len(FILES), kind, check)
    assert outcomes.total() >= cases, outcomes
    assert min(outcomes["cells"], outcomes["refused"]) > cases / 10, outcomes


@pytest.mark.parametrize("cases", [40, pytest.param(400, marks=pytest.mark.slow)])
def test_any_file_is_graded_with_a_score_and_a_report_of_the_schema(
    cases: int, folder: Path, exercise: Exercise, suite: SuiteSession, forkserver: ForkServer
) -> None:
    """Through the real sandbox: the report says `graded`, for it is never our failure."""
    scores: Counter[float] = Counter()

    def check(data: bytes) -> None:
        path = folder / f"{SLUG}.ipynb"
        path.write_bytes(data)
        report = judge_of(exercise, suite, forkserver).grade(Submission("someone", SLUG, path))
        text = json.dumps(report.as_dict(), ensure_ascii=False).encode("utf-8", "replace")
        SCHEMA.validate(json.loads(text))
        assert report.status == "graded" and report.score is not None, report
        assert 0.0 <= report.score <= report.max_score
        assert all(test.status != "ungraded" for question in nonempty(report.questions) for test in nonempty(question.tests))
        scores[report.score] += 1

    for kind in (RUNNABLE, *FILES):
        fuzz(cases // 5, kind, check)
    assert scores.total() >= cases and max(scores) > 0, scores


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="no /proc")
def test_a_file_that_fails_while_it_is_read_is_refused() -> None:
    """An error of the disk is one sentence, like everything else."""
    with pytest.raises(UnreadableNotebook, match="cannot be read"):
        read_notebook(Path("/proc/self/mem"))


def test_a_cell_of_wide_characters_is_measured_in_bytes(tmp_path: Path) -> None:
    """Characters of four bytes each would make a frame that the worker refuses: it is the student's file that is too long."""
    path = tmp_path / "wide.ipynb"
    path.write_text(json.dumps({"cells": [{"cell_type": "code", "source": "#" + "🦆" * (MAX_SOURCE // 4)}]}))
    with pytest.raises(UnreadableNotebook, match="2 MB"):
        read_notebook(path)


@pytest.mark.parametrize("part", ["[],", "{},", '""', '"[",', '[""]""', "[0]", "\\", '\\"', "[[[[]]]],"])
def test_twenty_megabytes_of_small_things_take_neither_minutes_nor_gigabytes(part: str, tmp_path: Path) -> None:
    """What would swell to forty times its size in memory is refused before it is read (a bomb without a zip)."""
    path = tmp_path / "bomb.ipynb"
    path.write_text('{"cells": [' + part * ((MAX_BYTES - 100) // len(part)) + "0]}")
    program = "import sys; from pathlib import Path; from grader.core.notebook import *\n" \
        "try: read_notebook(Path(sys.argv[1]))\n" \
        "except UnreadableNotebook:\n" \
        "    peak = Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0]\n" \
        "    print(int(peak) >> 10)"  # not ru_maxrss, which remembers the process that this one was forked from
    done = subprocess.run([sys.executable, "-c", program, path], capture_output=True, timeout=20, text=True)
    assert done.stdout, done.stderr[-500:]
    assert int(done.stdout) < 400


# What may lie in the folder ------------------------------------------------------------------------------------------

NOTEBOOK = json.dumps({"cells": [{"cell_type": "code", "source": source} for source in RIGHT], "metadata": {}}).encode()


def link_to(target: str | Path) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(target)


def node(kind: int, device: tuple[int, int] = (0, 0)) -> Callable[[Path], None]:
    return lambda path: os.mknod(path, kind | 0o644, os.makedev(*device))


def content(data: bytes, mode: int = 0o644) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        path.write_bytes(data)
        path.chmod(mode)

    return make


def sparse(path: Path) -> None:
    with path.open("wb") as stream:
        stream.truncate(100 << 20)


def folder_with_a_notebook(path: Path) -> None:
    path.mkdir()
    (path / path.name).write_bytes(NOTEBOOK)


def zip_bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../../escaped.ipynb", b"\0" * (5 << 20))


# What is in the place of a notebook → the word that its report must have.
SPECIAL: dict[str, tuple[Callable[[Path], None], str]] = {
    "pipe": (os.mkfifo, "pipe"),
    "socket": (node(stat.S_IFSOCK), "socket"),
    "dangling link": (link_to("nowhere"), "link"),
    "escaping link": (link_to("../../../../../../../../etc/passwd"), "link"),
    "link to a solution": (link_to(COURSE / "solutions" / SLUG / f"{SLUG}.ipynb"), "link"),
    "link to itself": (link_to(f"{SLUG}.ipynb"), "link"),
    "link to a device": (link_to("/dev/zero"), "link"),
    "folder": (Path.mkdir, "folder"),
    "folder with a notebook": (folder_with_a_notebook, "folder"),
    "sparse": (sparse, "MB"),
    "empty": (content(b""), "empty"),
    "zip": (zip_bomb, "a zip archive"),
    "gzip": (content(b"\x1f\x8b\x08" + bytes(100)), "a gzip archive"),
    "language of lines": (content(b'{"cells": [], "metadata": {"language_info": {"name": "a\\n\\u001b[2J\\ud800\\u202e"}}}'), "not in Python"),
}
if IS_ROOT:
    SPECIAL["device"] = (node(stat.S_IFCHR, (1, 5)), "device")
    SPECIAL["disk"] = (node(stat.S_IFBLK, (7, 200)), "device")
else:
    SPECIAL["unreadable"] = (content(NOTEBOOK, 0), "Permission denied")

NAMES = [
    b"ada\nlovelace", b"\n", b"\r", b"\tada", b"ada\r=1+1", b"\r=1+1", b"ada\x1b[31m\x1b]0;title\x07", b"\x7f", b"\x01=1+1", b" ", b" =1+1", b"ada ",
    b"...", b".. ", b"..\\..\\evil", b"..%2f..%2fevil", b"%2e%2e", b"-rf", b"--help", b".hidden", b".tmp-1", b"~root", b"$(id)", b"`id`", b"*", b"?", b"#a?b", b"CON",
    b"=cmd|' calc'!A0", b"+1", b"@SUM(1)", b"'=1", b"a,b;c", b"a\"b'c", b"<img src=x onerror=alert(1)>", b"&lt;b&gt;", b"{{ 7*7 }}", b"[red]x", b"[",
    b"x" * 250, "🦆".encode() * 62, "ada\u202egnp.exe".encode(), "\u200b".encode(), "\u2028".encode(), "\x9b31m".encode(), "＝1".encode(), "ﷺ山田".encode(),
    b"ada\xff", b"ada\xfe", b"\xed\xa0\x80", "ada\ufffd".encode(), b"ada?", b"Ada", b"ada", b"ADA",
    unicodedata.normalize("NFC", "josé").encode(), unicodedata.normalize("NFD", "josé").encode(), b"index", b"scores.csv", b"null", b"\\udcff",
]  # fmt: skip


def fill(base: Path) -> dict[str, str]:
    """The folder of a class from hell; student → what is handed in, for those that have a submission."""
    made = {}
    for name, (make, _) in SPECIAL.items():
        home = base / name
        home.mkdir(parents=True)
        make(home / f"{SLUG}.ipynb")
        made[name] = name
    for raw in NAMES:
        name = os.fsdecode(raw)
        place = base / name / SLUG if len(raw) % 2 else base / name
        place.mkdir(parents=True)
        (place / f"{SLUG}.ipynb").write_bytes(NOTEBOOK)
        made[name] = "notebook"
    (base / "linked").mkdir()
    (base / "linked" / SLUG).symlink_to(COURSE / "solutions" / SLUG)
    (base / "looping").mkdir()
    (base / "looping" / SLUG).symlink_to(SLUG)
    (base / "linked student").symlink_to(base / "empty")
    (base / "looping student").symlink_to("looping student")
    (base / "notes.txt").write_text("no student")
    os.mkfifo(base / "pipe of nobody")
    (base / "nobody").mkdir()
    return made


def inventory(base: Path) -> dict[str, tuple[int, int, int]]:
    """Everything below `base`, with what would show that it was touched."""
    found = {}
    for parent, folders, files in os.walk(base):
        for name in [*folders, *files]:
            info = os.lstat(os.path.join(parent, name))
            found[os.path.join(parent, name)] = (info.st_mode, info.st_size, info.st_mtime_ns)
    return found


@pytest.fixture(scope="module")
def hell(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[bytes], Path, dict[str, str]]:
    """The class from hell, graded by a process that is stopped if it hangs."""
    base = tmp_path_factory.mktemp("hell")
    made = fill(base / "in")
    (base / "cwd").mkdir()
    before = inventory(base / "in")
    command = [sys.executable, "-m", "grader", "grade", str(base / "in"), "-o", str(base / "out"), "--course", str(COURSE), "-j2"]
    done = subprocess.run(command, capture_output=True, timeout=120, cwd=base / "cwd")
    assert inventory(base / "in") == before
    return done, base, {storable(student): what for student, what in made.items()}


Hell = tuple[subprocess.CompletedProcess[bytes], Path, dict[str, str]]
REFUSED = 2  # students of whom nothing was taken: all they have handed in are links


def test_grading_any_folder_ends_with_exit_code_0(hell: Hell) -> None:
    """No submission causes a traceback, and none is ungraded."""
    done, _, _ = hell
    assert done.returncode == 0, done.stderr.decode()[-2_000:] + done.stdout.decode()[-2_000:]
    assert b"Traceback" not in done.stderr + done.stdout


def test_every_submission_has_its_own_report_and_nothing_else_has(hell: Hell) -> None:
    """Names that differ only in case, normalisation or undecodable bytes are kept apart; links have no report."""
    _, base, made = hell
    found = {path.parent.name: path for path in (base / "out" / "reports").rglob("*.json")}
    assert set(found) == set(made)
    assert len(list((base / "out" / "reports").rglob("*.json"))) == len(made)
    for student, path in found.items():
        report = json.loads(path.read_text(encoding="utf-8"))
        SCHEMA.validate(report)
        if made[student] == "notebook":
            assert report["score"] == report["max_score"] and report["problem"] is None, student
        else:
            assert report["score"] == 0 and SPECIAL[made[student]][1] in report["problem"], report["problem"]
            assert report["problem"].isprintable()


def test_nothing_is_written_outside_the_output_folder(hell: Hell) -> None:
    """No name leads out of it, and no process leaves anything behind in the working folder."""
    _, base, _ = hell
    assert {path.name for path in base.iterdir()} == {"in", "out", "cwd"}
    assert not list((base / "cwd").iterdir())
    here = {path.name for path in (base / "out").iterdir() if not path.name.startswith("gradebook.sqlite")}
    assert here - {".lock", ".made"} == {"scores.csv", "index.html", "projector.html", "students", "reports", "feedback"}
    assert {name for _, _, names in os.walk(base / "out" / "reports") for name in names} == {f"{SLUG}.json"}


def test_no_name_steers_the_terminal(hell: Hell) -> None:
    """What is printed has no control characters, nor marks that turn the text around."""
    done, _, made = hell
    shown = (done.stdout + done.stderr).decode("utf-8")
    assert not CONTROL.search(shown), CONTROL.findall(shown)
    assert "\t" not in shown


def test_the_scores_are_a_csv_file_of_one_row_a_student_without_formulas(hell: Hell) -> None:
    """It is read back in either way of treating line ends; no cell is a formula to a spreadsheet."""
    _, base, made = hell
    for newline in ("", None):
        with (base / "out" / "scores.csv").open(encoding="utf-8", newline=newline) as stream:
            head, *rows = csv.reader(stream, strict=True)
        assert len(rows) == len(made) + REFUSED and all(len(row) == len(head) == 4 for row in nonempty(rows))
        assert not [cell for row in rows for cell in row if cell.startswith(FORMULA)]
        assert not [cell for row in rows for cell in row if CONTROL.search(cell)]


def links(page: str) -> list[str]:
    """The targets of a page's links, as a browser resolves them."""
    return [unquote(html.unescape(target)) for target in re.findall(r'href="([^"#]+)', page)]


def test_every_link_of_the_overview_leads_to_a_page_and_back(hell: Hell) -> None:
    """For any name; one page per student."""
    _, base, made = hell
    index = (base / "out" / "index.html").read_text(encoding="utf-8")
    targets = set(links(index)) - {"projector.html"}
    assert len(targets) == len(made) + REFUSED == len(list((base / "out" / "students").iterdir()))
    handed_in = set()
    for target in targets:
        page = base / "out" / target
        assert page.resolve().parent == base / "out" / "students"
        text = page.read_text(encoding="utf-8")
        back, *handed_back = [(page.parent / link).resolve() for link in links(text)]
        assert back == base / "out" / "index.html"
        assert [path for path in handed_back if not (path.is_file() and path.is_relative_to(base / "out" / "feedback"))] == []
        handed_in.update({target} if handed_back else ())
        assert not CONTROL.search(text) and "<img" not in text
    assert len(handed_in) == len(made)
    assert not CONTROL.search(index) and "<img" not in index


def test_a_second_run_takes_everything_readable_from_the_gradebook(hell: Hell) -> None:
    """Names that no database can hold do not hinder it, nor do they mix students up."""
    first, base, made = hell
    before = inventory(base / "out")
    done = subprocess.run(first.args, capture_output=True, timeout=120, cwd=base / "cwd")
    assert done.returncode == 0, done.stderr.decode()[-2_000:]
    counts = re.search(rb"(\d+) of (\d+) were graded before", done.stdout)
    assert counts and int(counts[1]) >= len(NAMES) and int(counts[2]) == len(made)
    after = inventory(base / "out")
    notebooks = [place for place in after if place.endswith(f"{SLUG}.json") and made[Path(place).parent.name] == "notebook"]
    assert len(notebooks) == len(NAMES) and all(after[place] == before[place] for place in nonempty(notebooks))


# What may be in a name, and what may be given instead of a folder ---------------------------------------------------

RAW_NAMES = st.one_of(st.binary(min_size=1, max_size=255), TEXT.map(lambda text: text.encode("utf-8", "surrogatepass")), st.sampled_from(NAMES))
NO_STUDENT = {b"", b".", b"..", b"submitted", *map(os.fsencode, SILENT_FOLDERS)}  # the drawn text may be a constant of ours
FOLDER_NAMES = RAW_NAMES.map(lambda raw: raw.translate(None, b"/\0")[:255]).filter(lambda raw: raw not in NO_STUDENT)


@pytest.mark.parametrize("cases", [60, pytest.param(1_000, marks=pytest.mark.slow)])
def test_students_of_any_name_are_found_recorded_and_shown_apart(cases: int, tmp_path: Path) -> None:
    """From the folder to every output, without a sandbox: one row, one page, one line, one record a student."""
    course = Course(COURSE)

    def check(drawn: list[bytes]) -> None:
        base = Path(tempfile.mkdtemp(dir=tmp_path))
        for raw in drawn:
            place = base / os.fsdecode(raw)
            place.mkdir()
            (place / f"{SLUG}.ipynb").touch()
        intake = take_in(base, course, base / "received")
        assert sorted(os.fsencode(one.student) for one in intake.handed) == sorted(drawn)
        with open_gradebook("sqlite://") as book:
            for one in whose(book, intake)[0].handed:
                record(book, Received(AttemptKey(one.student, SLUG, "0" * 64), text_of(one.path)), "suite", hostile_report(one.student))
            grades = class_grades(book, course)
        assert len(grades.standings) == len(drawn)
        rows = list(csv.reader(io.StringIO(scores_csv(grades), newline=""), strict=True))
        assert len(rows) == len(drawn) + 1 and not [row for row in rows if "".join(row).startswith(FORMULA)]
        assert not CONTROL.search("".join(map("".join, rows)))
        pages = {page_name(standing.person.id): student_page(grades, standing) for standing in grades.standings}
        index = index_page(grades)
        assert len(pages) == len(drawn) and set(pages) <= set(links(index))
        assert all(page.encode("utf-8") and not CONTROL.search(page) for page in nonempty((index, *pages.values())))
        screen = io.StringIO()
        Console(file=screen, width=100).print(scores_table(grades))
        assert not CONTROL.search(screen.getvalue()) and screen.getvalue().encode("utf-8")
        shutil.rmtree(base)

    fuzz(cases, st.lists(FOLDER_NAMES, min_size=1, max_size=4, unique=True), check)


def hostile_report(student: str) -> Report:
    """A report whose every text has what its student is called."""
    test = TestResult("test", Status.FAILED, 0.0, 5.0, student, f"=1+1\x1b[2J{student}", student)
    questions = (QuestionResult("double", 0.0, 5.0, Status.FAILED, (test,)),)
    cells = (CellResult(1, Status.FAILED, student),)
    return Report(student, SLUG, 0.0, 5.0, GradeStatus.GRADED, questions, cells, problem=f"\u202e{student}\n")


def taken(source: Path) -> tuple[Handed, ...]:
    return take_in(source, Course(COURSE), source.with_name("received")).handed


INSTEAD: dict[str, Callable[[Path], None]] = {
    "zip": zip_bomb, "file": content(b"hello"), "empty file": content(b""), "pipe": os.mkfifo, "socket": node(stat.S_IFSOCK),
    "dangling link": link_to("nowhere"), "link to itself": link_to("in\nput"), "empty folder": Path.mkdir, "missing": lambda path: None,
}  # fmt: skip


@pytest.mark.parametrize("what", INSTEAD)
def test_anything_but_a_folder_of_students_is_one_line_and_exit_code_2(what: str, tmp_path: Path) -> None:
    """A file is not opened, nor is an archive unpacked; the line names it, with nothing that steers the terminal."""
    INSTEAD[what](tmp_path / "in\nput")
    result = CliRunner().invoke(main, ["grade", str(tmp_path / "in\nput"), "-o", str(tmp_path / "out"), "--course", str(COURSE)])
    assert result.exit_code == 2, result.output
    assert len(result.stderr.splitlines()) == 1 and result.stderr.startswith("grader: ") and not CONTROL.search(result.stderr)
    assert {path.name for path in tmp_path.iterdir()} <= {"in\nput"}


def test_an_archive_that_leads_elsewhere_is_not_unpacked(tmp_path: Path) -> None:
    """The error names the member."""
    zip_bomb(tmp_path / "class.zip")
    with pytest.raises(GraderError, match="leads outside the archive"):
        taken(tmp_path / "class.zip")


def test_a_path_that_is_too_long_is_one_line(tmp_path: Path) -> None:
    """What the system refuses is the instructor's mistake, not a traceback."""
    with pytest.raises(GraderError, match="cannot be read"):
        taken(tmp_path / ("x" * 300))


@pytest.mark.skipif(IS_ROOT, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_one_line(tmp_path: Path) -> None:
    """The system's reason is given."""
    tmp_path.chmod(0)
    with pytest.raises(GraderError, match="Permission denied"):
        taken(tmp_path)
    tmp_path.chmod(0o700)


@pytest.mark.skipif(IS_ROOT, reason="root may read everything")
@pytest.mark.parametrize("locked", ["ada", f"ada/{SLUG}"])
def test_a_student_whose_folder_cannot_be_read_is_not_missed(locked: str, tmp_path: Path) -> None:
    """There is a submission, and the reason why it cannot be read."""
    (tmp_path / "ada" / SLUG).mkdir(parents=True)
    (tmp_path / locked).chmod(0)
    try:
        (found,) = taken(tmp_path)
        with pytest.raises(UnreadableNotebook, match="Permission denied"):
            read_notebook(found.path)
    finally:
        (tmp_path / locked).chmod(0o700)


def test_a_link_next_to_a_notebook_is_not_a_second_notebook(tmp_path: Path) -> None:
    """Links are never followed, so they cannot block the class."""
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / f"{SLUG}.ipynb").write_bytes(NOTEBOOK)
    (tmp_path / "ada" / SLUG).symlink_to(COURSE / "solutions" / SLUG)
    assert [s.path for s in taken(tmp_path)] == [tmp_path / "ada" / f"{SLUG}.ipynb"]
