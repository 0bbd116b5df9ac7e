"""Everything that students and learning platforms hand over is taken in: whose it is, for which exercise, which attempt counts."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import stat
import struct
import tempfile
import zipfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.nonempty import nonempty
from support.paths import ROOT

from grader.core.course import Course
from grader.core.errors import GraderError
from grader.core.notebook import UnreadableNotebook, read_notebook
from grader.exchange import SOURCES
from grader.exchange.intake.gather import _silent
from grader.exchange.intake.handed_in import Handed, Intake
from grader.exchange.intake.recognise import copy_number
from grader.exchange.intake.take_in import take_in
from grader.exchange.intake.timestamps import iso, utc
from grader.exchange.intake.unpack import Archives, Refused

IS_ROOT = os.geteuid() == 0
SOLVED = {path.stem: path.read_bytes() for path in sorted((ROOT / "solutions").glob("*/*.ipynb"))}
GATES, SIGMOID, JACOBIANS = "01_gates", "02_sigmoid", "03_jacobians"
Files = Mapping[str, bytes]


def notebook(*sources: str) -> bytes:
    """A notebook of these cells."""
    return json.dumps({"cells": [{"cell_type": "code", "source": source} for source in sources], "metadata": {}}).encode()


def zipped(files: Files, place: Path | None = None) -> bytes:
    """A zip of these files; written to `place` if given."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    if place is not None:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(stream.getvalue())
    return stream.getvalue()


def laid(files: Files, folder: Path) -> Path:
    """These files in a folder."""
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture(scope="module")
def course() -> Course:
    """The real course."""
    return Course(ROOT)


class Desk:
    """Takes things in, in a folder of its own."""

    def __init__(self, base: Path, course: Course) -> None:
        self.base, self.course, self.keep = base, course, base / "out" / "received"

    def __call__(self, source: Path, **options: object) -> Intake:
        return take_in(source, self.course, self.keep, **options)  # type: ignore[arg-type]

    def zip(self, files: Files, name: str = "download.zip", **options: object) -> Intake:
        zipped(files, self.base / name)
        return self(self.base / name, **options)

    def folder(self, files: Files, name: str = "in", **options: object) -> Intake:
        return self(laid(files, self.base / name), **options)


@pytest.fixture
def desk(tmp_path: Path, course: Course) -> Desk:
    """Where this test's submissions are taken in."""
    return Desk(tmp_path, course)


def pairs(intake: Intake) -> list[tuple[str, str]]:
    """(student, exercise) of every attempt."""
    return [(one.student, one.slug) for one in intake.handed]


def only(intake: Intake) -> Handed:
    """The only attempt."""
    (one,) = intake.handed
    return one


def reasons(intake: Intake) -> dict[str, str]:
    """File → why it was not taken."""
    return {each.file: each.why for each in intake.unknown}


# Folders --------------------------------------------------------------------------------------------------------------


def test_a_folder_per_student_is_taken_in_place(desk: Desk) -> None:
    """Directly or in a folder of the exercise's name; nothing is copied."""
    found = desk.folder({f"ada/{GATES}.ipynb": SOLVED[GATES], f"bob/{GATES}/{GATES}.ipynb": SOLVED[GATES], f"ada/{SIGMOID}.ipynb": b"broken"})
    assert found.kind == "plain" and found.why == "3 of 3 files are in a student's folder" and not found.unknown
    assert pairs(found) == [("ada", GATES), ("ada", SIGMOID), ("bob", GATES)]
    assert [one.path for one in found.handed] == [desk.base / "in" / place for place in (f"ada/{GATES}.ipynb", f"ada/{SIGMOID}.ipynb", f"bob/{GATES}/{GATES}.ipynb")]
    assert {(one.kind, one.submitted_at, one.recognised, one.order) for one in found.handed} == {("plain", "", "", 0)}
    assert not desk.keep.exists()


def test_the_example_class_is_taken_in_without_a_question(course: Course, tmp_path: Path) -> None:
    """Every notebook of every student, and nothing is unknown."""
    folder = ROOT / "examples" / "submissions"
    found = take_in(folder, course, tmp_path)
    assert {one.path for one in found.handed} == set(folder.rglob("*.ipynb")) and not found.unknown


@pytest.mark.parametrize(
    "name",
    ["02_sigmoid (3).ipynb", "Kopie von 02_sigmoid.ipynb", "Copy of 02_sigmoid (1).ipynb", "02_sigmoid-1.ipynb", "02_sigmoid_final.ipynb", "02 Sigmoid.ipynb", "02-sigmoid_Müller.ipynb", "hw02_sigmoid2.IPYNB", "ada_02_SIGMOID_v2.ipynb", "02_sigmoid.py"],
)
def test_a_name_in_any_spelling_tells_the_exercise(name: str, desk: Desk) -> None:
    """No explanation is needed, since the name says so; this works even if the file cannot be read."""
    one = only(desk.folder({f"ada/{name}": b"x = 1" if name.endswith(".py") else b"not a notebook"}))
    assert (one.slug, one.original, one.recognised) == (SIGMOID, name, "")


@pytest.mark.parametrize("slug", sorted(SOLVED))
@pytest.mark.parametrize("place", ["solutions", "exercises"])
def test_a_renamed_file_is_recognised_by_its_functions(slug: str, place: str, desk: Desk) -> None:
    """Every exercise of the course, solved or as it was handed out."""
    one = only(desk.folder({"ada/Untitled7.ipynb": (ROOT / place / slug / f"{slug}.ipynb").read_bytes()}))
    assert one.slug == slug and one.recognised.startswith("defines ") and len(one.recognised) < 150


def test_a_script_and_a_cell_that_does_not_parse_are_recognised_too(desk: Desk) -> None:
    """Magics are skipped; in a cell that does not parse, the beginnings of lines are searched."""
    script = b"# %%\n%matplotlib inline\nclass AddGate:\n    pass\n# %%\nclass MulGate:\n    pass\n"
    broken = notebook("def sigmoid(x):\n    return (", "!pip install x\nsigmoid_grad = lambda y: y\nsigmoid_backward == 3")
    found = desk.folder({"ada/work.py": script, "bob/work.ipynb": broken})
    assert [(one.slug, one.recognised) for one in found.handed] == [(GATES, "defines AddGate, MulGate"), (SIGMOID, "defines sigmoid, sigmoid_grad")]


def test_content_that_is_clearly_another_exercise_is_believed_and_reported(desk: Desk) -> None:
    """A file that answers nothing of the exercise in its name, and at least half of one other."""
    found = desk.folder({f"ada/{SIGMOID} (1).ipynb": SOLVED[JACOBIANS], f"bob/{SIGMOID}.ipynb": SOLVED[JACOBIANS]})
    assert pairs(found) == [("ada", JACOBIANS), ("bob", JACOBIANS)]
    assert {one.recognised for one in found.handed} == {f"is named {SIGMOID}, but answers 9 of 9 questions of {JACOBIANS} and none of {SIGMOID}"}


def code_of(slug: str, *names: str) -> list[str]:
    """The cells of a reference that define these names."""
    cells = [source for _, source in read_notebook(ROOT / "solutions" / slug / f"{slug}.ipynb").cells]
    return [source for source in cells if any(re.search(rf"^(?:def|class) {name}\b|^{name} =", source, re.M) for name in names)]


def test_what_is_misplaced_counts_after_what_has_the_name(desk: Desk) -> None:
    """Also if it came later; before a notebook as it was handed out it counts."""
    stub = (ROOT / "exercises" / GATES / f"{GATES}.ipynb").read_bytes()
    ada, bob = (desk.folder({f"x/{GATES}.ipynb": own, f"x/{SIGMOID}.ipynb": SOLVED[GATES]}, name) for name, own in (("a", SOLVED[GATES]), ("b", stub)))
    assert [one.original for one in ada.handed] == [f"{SIGMOID}.ipynb", f"{GATES}.ipynb"]
    assert [one.original for one in bob.handed] == [f"{GATES}.ipynb", f"{SIGMOID}.ipynb"]
    assert ada.handed[1].strength > ada.handed[0].strength


def test_what_might_be_another_exercise_is_left_to_a_person(desk: Desk) -> None:
    """Less than half of another, or half of two: its own name's attempt, in doubt; as handed out, or its own answer: no doubt."""
    some = notebook(*code_of(GATES, "AddGate"))
    two = json.loads(SOLVED[GATES])
    two["cells"] += json.loads(SOLVED[JACOBIANS])["cells"]
    both = json.loads(SOLVED[GATES])
    both["cells"] += [json.loads(notebook("def sigmoid(x):\n    return 1 / 2"))["cells"][0]]
    files = {
        f"ada/{SIGMOID}.ipynb": some, f"bob/{SIGMOID}.ipynb": json.dumps(two).encode(), f"cyd/{SIGMOID}.ipynb": json.dumps(both).encode(),
        f"dan/{SIGMOID}.ipynb": (ROOT / "exercises" / SIGMOID / f"{SIGMOID}.ipynb").read_bytes(), f"eve/{SIGMOID}.ipynb": notebook("x = 1"),
        f"fay/{SIGMOID}.ipynb": (ROOT / "exercises" / GATES / f"{GATES}.ipynb").read_bytes(),
    }  # fmt: skip
    found = desk.folder(files)
    assert {one.slug for one in found.handed} == {SIGMOID}
    doubts = {one.student: one.doubt for one in found.handed if one.doubt}
    assert doubts.keys() == {"ada", "bob"}
    assert doubts["ada"] == (
        f"which exercise is it? It is named {SIGMOID} and answers none of its questions, but 1 of 6 questions of {GATES}; "
        "name the file after its exercise and grade it again"
    )
    assert f"6 of 6 questions of {GATES} and 9 of 9 questions of {JACOBIANS}" in doubts["bob"]


STUBS = {
    "handed out": ("exercises", None),
    "without texts": ("exercises", "spaces"),
    "passed": ("exercises", "pass"),
    "returning none": ("exercises", "return None"),
    "dots": ("exercises", "..."),
}


@pytest.mark.parametrize("style", STUBS)
@pytest.mark.parametrize("name", [f"{GATES}.ipynb", f"{GATES} (9).ipynb", f".{GATES}.ipynb", f"new/{GATES}.ipynb", ".stub.ipynb"])
def test_answers_win_over_a_stub_however_that_is_called(style: str, name: str, desk: Desk) -> None:
    """Later, better named, hidden or numbered; with placeholders of any style."""
    text = (ROOT / "exercises" / GATES / f"{GATES}.ipynb").read_text(encoding="utf-8")
    if (other := STUBS[style][1]) is not None:
        text = re.sub(r"raise NotImplementedError\([^)]*\)", "pass" if other == "spaces" else other, text)
    folder = laid({f"ada/{name}": text.encode(), "ada/my solution.ipynb": SOLVED[GATES]}, desk.base / "in")
    os.utime(folder / "ada" / "my solution.ipynb", (1_600_000_000, 1_600_000_000))
    found = desk(folder)
    assert [one.original for one in found.handed] == [Path(name).name, "my solution.ipynb"]
    assert found.handed[0].strength < found.handed[1].strength


def test_one_answer_is_work_and_a_file_that_cannot_be_read_is_none(desk: Desk) -> None:
    """A wrong answer, and one in a cell with a mistake, count as well."""
    stub = json.loads((ROOT / "exercises" / GATES / f"{GATES}.ipynb").read_bytes())
    for source in ("class AddGate:\n    def forward(self, x, y):\n        return 0", "class AddGate:\n    def forward(self, x, y:", "predict_square_dx = 7"):
        work = {**stub, "cells": [*stub["cells"], *json.loads(notebook(source))["cells"]]}
        found = desk.folder({"ada/zz.ipynb": json.dumps(work).encode(), f"ada/{GATES}.ipynb": json.dumps(stub).encode(), f"ada/{GATES} (2).ipynb": b"{"}, f"in{len(source)}")
        assert [one.original for one in found.handed][-1] == "zz.ipynb", source


def test_visible_wins_over_hidden_and_outer_over_nested(desk: Desk) -> None:
    """Of files that have answers."""
    found = desk.folder({f"ada/{name}": SOLVED[GATES] for name in (f".{GATES}.ipynb", f"old/{GATES} (3).ipynb", "mine.ipynb", f"old/x/{GATES}.ipynb")})
    assert [one.path.relative_to(desk.base / "in" / "ada").as_posix() for one in found.handed][::3] == [f".{GATES}.ipynb", "mine.ipynb"]


def test_what_fits_two_exercises_or_none_is_left_to_a_person(desk: Desk) -> None:
    """Both exercises are named; so is what there was too little of."""
    two = json.loads(SOLVED[GATES])
    two["cells"] += json.loads(SOLVED[SIGMOID])["cells"]
    files = {
        "ada/all.ipynb": json.dumps(two).encode(), "ada/scratch.ipynb": notebook("x = 1"), "ada/step.ipynb": notebook("step = 0.1"),
        "ada/train.ipynb": notebook("def train(): pass"), "ada/essay.pdf": b"%PDF", f"ada/{GATES}.csv": b"", "ada/broken.ipynb": b"{",
        "ada/both 01_gates 02_sigmoid.ipynb": b"{", f"bob/{GATES}.ipynb": b"", "roster.csv": b"",
    }  # fmt: skip
    found = desk.folder(files)
    assert pairs(found) == [("bob", GATES)]
    why = reasons(found)
    assert why.keys() == files.keys() - {f"bob/{GATES}.ipynb"}
    assert f"{GATES} or {SIGMOID}" in why["ada/all.ipynb"] and f"{GATES} or {SIGMOID}" in why["ada/both 01_gates 02_sigmoid.ipynb"]
    assert "defines step of 04_bias_threshold, which is too little to recognise" in why["ada/step.ipynb"]
    assert "neither its name nor its definitions" in why["ada/scratch.ipynb"] and why["ada/train.ipynb"] == why["ada/scratch.ipynb"]
    assert "neither a notebook" in why["ada/essay.pdf"] and why["ada/essay.pdf"] == why[f"ada/{GATES}.csv"]
    assert "not a complete notebook" in why["ada/broken.ipynb"] and why["roster.csv"] == "it is not in a student's folder"


def test_two_exercises_in_the_name_are_told_apart_by_the_content(desk: Desk) -> None:
    """The name narrows it down."""
    assert only(desk.folder({"ada/01_gates or 02_sigmoid.ipynb": SOLVED[SIGMOID]})).slug == SIGMOID


def test_the_surrounding_folder_tells_the_exercise_if_nothing_else_does(desk: Desk) -> None:
    """A notebook that defines nothing still counts; helper scripts next to it do not."""
    found = desk.folder({f"ada/{SIGMOID}/hw.ipynb": b"{", f"ada/{SIGMOID}/helpers.py": b"x = 1", f"bob/{SIGMOID}/hw.ipynb": SOLVED[GATES]})
    assert [(*pair, one.recognised[:7]) for pair, one in zip(pairs(found), found.handed, strict=True)] == [("ada", SIGMOID, "is in 0"), ("bob", GATES, "defines")]
    assert list(reasons(found)) == [f"ada/{SIGMOID}/helpers.py"]


def test_the_latest_of_several_attempts_is_the_last(desk: Desk) -> None:
    """A browser's number outranks the time of change; every attempt is kept."""
    names = [f"{SIGMOID} (2).ipynb", f"{SIGMOID} (10).ipynb", f"{SIGMOID}.ipynb", f"Kopie von {SIGMOID}.ipynb", "Untitled.ipynb", f"{SIGMOID}.py", f"old/{SIGMOID} (11).ipynb"]
    folder = laid({f"ada/{name}": SOLVED[SIGMOID] for name in names}, desk.base / "in")
    for name in names:
        os.utime(folder / "ada" / name, (1_700_000_000, 1_700_000_000))
    os.utime(folder / "ada" / f"Kopie von {SIGMOID}.ipynb", (1_700_000_500, 1_700_000_500))
    found = desk(folder)
    assert [one.path.relative_to(folder / "ada").as_posix() for one in found.handed] == [
        f"old/{SIGMOID} (11).ipynb", "Untitled.ipynb", f"{SIGMOID}.py", f"{SIGMOID}.ipynb", f"Kopie von {SIGMOID}.ipynb", f"{SIGMOID} (2).ipynb", f"{SIGMOID} (10).ipynb",
    ]  # fmt: skip
    assert [one.order for one in found.handed] == list(range(7)) and not found.unknown


ANY_NAME = ["{0}.ipynb.txt", "{0}.ipynb.json", "{0}.json", "{0}.txt", "{0}", "{0}.IPYNB", "{0}.ipynb.html", "{0}.html", "{0}.ipynb (1)", "{0}.bak", "hw.json", "hw"]


@pytest.mark.parametrize("name", ANY_NAME)
@pytest.mark.parametrize("packed", [False, True])
def test_a_notebook_of_any_name_is_an_attempt(name: str, packed: bool, desk: Desk) -> None:
    """Browsers add endings, people take them off; in a folder and in an archive."""
    files = {f"ada/{name.format(GATES)}": SOLVED[GATES], f"bob/{SIGMOID}.ipynb": SOLVED[SIGMOID]}
    found = desk.zip(files) if packed else desk.folder(files)
    assert pairs(found) == [("ada", GATES), ("bob", SIGMOID)] and not found.unknown
    assert read_notebook(found.handed[0].path).cells


@pytest.mark.parametrize("name", [f"{GATES}.py.txt", f"{GATES}.PY", f"{GATES}.txt", f"{GATES}", f"{GATES}.pyw", "work.txt"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_script_of_any_name_is_an_attempt(name: str, packed: bool, desk: Desk) -> None:
    """Text that defines what an exercise asks for; other text is none, whatever it is called."""
    code = b"class AddGate:\n    pass\nclass MulGate:\n    pass\nclass CopyGate:\n    x = 1\n"
    files = {f"ada/{name}": code, f"bob/{SIGMOID}.ipynb": SOLVED[SIGMOID], f"bob/notes on {GATES}.txt": b"I like them.", "bob/requirements.txt": b"numpy==2"}
    found = desk.zip(files) if packed else desk.folder(files)
    assert pairs(found) == [("ada", GATES), ("bob", SIGMOID)] and len(found.unknown) == 2
    assert len(read_notebook(found.handed[0].path).cells) == 1


def test_one_notebook_of_any_name_can_be_given(desk: Desk) -> None:
    """It is taken for what it is, and anything else is still no archive."""
    folder = laid({"ada/01_gates.ipynb.txt": SOLVED[GATES], "ada/essay.txt": b"prose"}, desk.base / "in")
    assert pairs(desk(folder / "ada" / "01_gates.ipynb.txt")) == [("ada", GATES)]
    with pytest.raises(GraderError):
        desk(folder / "ada" / "essay.txt")


def test_outputs_of_a_notebook_in_an_archive_do_not_count(desk: Desk) -> None:
    """A member over the limit is read without them."""
    large = json.loads(SOLVED[GATES])
    code = next(cell for cell in large["cells"] if cell["cell_type"] == "code")
    code["outputs"] = [{"output_type": "display_data", "data": {"image/png": os.urandom(11_000_000).hex()}}]
    one = only(desk.zip({f"ada/{GATES}.ipynb": json.dumps(large).encode()}))
    assert one.slug == GATES and one.path.stat().st_size < 1_000_000


def test_an_exercise_whose_reference_cannot_be_read_is_recognised_by_its_questions(tmp_path: Path) -> None:
    """Helpers in the reference are not known then; the questions are."""
    shutil.copytree(ROOT / "solutions" / SIGMOID, tmp_path / "solutions" / SIGMOID)
    (tmp_path / "solutions" / SIGMOID / f"{SIGMOID}.ipynb").write_bytes(b"{")
    laid({"in/ada/renamed.ipynb": SOLVED[SIGMOID]}, tmp_path)
    (tmp_path / "solutions" / "course.toml").write_text('salt = "x"', encoding="utf-8")
    assert only(take_in(tmp_path / "in", Course(tmp_path), tmp_path / "keep")).slug == SIGMOID


def test_of_two_that_are_alike_in_all_else_the_exact_name_counts(desk: Desk) -> None:
    """And of two exact names the one that was changed last."""
    folder = laid({f"ada/{name}": b"{}" for name in (f"{GATES}.ipynb", f"Copy of {GATES}.ipynb", f"{GATES}/{GATES}.ipynb")}, desk.base / "in")
    for path in folder.rglob("*.ipynb"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    os.utime(folder / "ada" / GATES / f"{GATES}.ipynb", (1_600_000_000, 1_600_000_000))
    found = desk(folder)
    assert [one.path.relative_to(folder / "ada").as_posix() for one in found.handed] == [f"{GATES}/{GATES}.ipynb", f"Copy of {GATES}.ipynb", f"{GATES}.ipynb"]


@pytest.mark.parametrize(
    ("rest", "number"),
    [(" (3)", 3), ("-1", 1), ("_final", 0), ("_final2", 2), (" v2", 2), ("_2024-05-01", 0), ("_12345678", 0), ("", 0), (" 2 ", 2), ("_s1_x", 0)],
)
def test_the_number_behind_a_name(rest: str, number: int) -> None:
    """Dates and numbers of students are none."""
    assert copy_number(rest) == number


def test_a_timestamp_next_to_a_notebook_is_the_time_of_submission(desk: Desk) -> None:
    """It applies to its whole folder unless a nearer one says otherwise; an unreadable one is reported."""
    found = desk.folder({
        f"ada/{GATES}.ipynb": b"", "ada/timestamp.txt": b"2026-05-01T10:00:00+02:00\n", f"ada/deep/{SIGMOID}.ipynb": b"",
        f"bob/{GATES}.ipynb": b"", "bob/timestamp.txt": b"yesterday", "bob/later/timestamp.txt": b"2026-05-03 12:00:00", f"bob/later/{SIGMOID}.ipynb": b"",
    })  # fmt: skip
    assert [one.submitted_at for one in found.handed] == ["2026-05-01T08:00:00+00:00", "2026-05-01T08:00:00+00:00", "", "2026-05-03T12:00:00+00:00"]
    assert reasons(found) == {"bob/timestamp.txt": "it contains no date and time, or one that could mean two days; the time is unknown"}


def test_a_timestamp_that_is_a_link_is_reported(desk: Desk) -> None:
    """Links are never followed."""
    folder = laid({f"ada/{GATES}.ipynb": b""}, desk.base / "in")
    (folder / "ada" / "timestamp.txt").symlink_to("/etc/hostname")
    assert reasons(desk(folder)) == {"ada/timestamp.txt": "it is a link"}


def test_the_later_of_two_timed_attempts_counts_regardless_of_names(desk: Desk) -> None:
    """A time is better evidence than a name."""
    found = desk.folder({
        f"ada/1/{GATES}.ipynb": b"1", "ada/1/timestamp.txt": b"2026-05-01 10:00 UTC",
        f"ada/0/{GATES} (1).ipynb": b"2", "ada/0/timestamp.txt": b"2026-05-02 10:00 UTC", f"ada/{GATES} (2).ipynb": b"3",
    })  # fmt: skip
    assert [one.path.read_bytes() for one in found.handed] == [b"3", b"1", b"2"]


def test_links_are_never_followed_and_never_pass_unseen(desk: Desk) -> None:
    """A link that has an exercise's name becomes a submission that cannot be read; all others are unknown."""
    folder = laid({f"ada/{GATES}.ipynb": b""}, desk.base / "in")
    (folder / "bob").mkdir()
    (folder / "bob" / f"{GATES}.ipynb").symlink_to(ROOT / "solutions" / GATES / f"{GATES}.ipynb")
    (folder / "bob" / SIGMOID).symlink_to(ROOT / "solutions" / SIGMOID)
    (folder / "bob" / "other.ipynb").symlink_to(ROOT / "solutions" / SIGMOID / f"{SIGMOID}.ipynb")
    (folder / "cyd").symlink_to(folder / "ada")
    (folder / "dan" / f"{GATES}.ipynb").mkdir(parents=True)
    os.mkfifo(folder / "dan" / f"{SIGMOID}.ipynb")
    found = desk(folder)
    assert pairs(found) == [("ada", GATES), ("bob", GATES), ("dan", GATES), ("dan", SIGMOID)]
    assert reasons(found) == {
        f"bob/{SIGMOID}": "it is a link", "bob/other.ipynb": "it is a link, and its name does not say which exercise it is for", "cyd": "a link; links are not followed",
    }  # fmt: skip


def test_a_regular_file_counts_before_a_link_of_the_same_name(desk: Desk) -> None:
    """What can be read wins."""
    folder = laid({f"ada/{GATES}/{GATES}.ipynb": b"real"}, desk.base / "in")
    (folder / "ada" / f"{GATES}.ipynb").symlink_to("nowhere")
    assert [one.path.is_symlink() for one in desk(folder).handed] == [True, False]


@pytest.mark.skipif(IS_ROOT, reason="root may read everything")
@pytest.mark.parametrize("mode", [0, 0o100, 0o400])
@pytest.mark.parametrize("locked", ["ada", f"ada/{GATES}", "ada/notes"])
def test_a_folder_that_cannot_be_read_is_not_missed(mode: int, locked: str, desk: Desk) -> None:
    """There is a submission for what may be in it, or the folder is named."""
    folder = laid({f"ada/{GATES}/{GATES}.ipynb": b"", "ada/notes/x.ipynb": b"", f"bob/{GATES}.ipynb": b""}, desk.base / "in")
    (folder / locked).chmod(mode)
    try:
        found = desk(folder, slugs=[GATES])
    finally:
        (folder / locked).chmod(0o700)
    assert ("bob", GATES) in pairs(found)
    assert ("ada", GATES) in pairs(found) or locked == "ada/notes"
    assert locked != "ada/notes" or any(name.startswith("ada/notes") for name in reasons(found))


def test_a_locked_folder_is_asked_for_each_exercise(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a folder cannot be listed, what has an exercise's name is found nevertheless; else it is reported."""
    folder = laid({f"ada/{GATES}.ipynb": b"", f"ada/{SIGMOID}/{SIGMOID}.ipynb": b"", "bob/x.txt": b"", f"cyd/{GATES}/{GATES}.ipynb": b"", "cyd/notes/x": b""}, desk.base / "in")
    listed = os.scandir

    def refuse(path: str) -> object:
        if Path(path).name in ("ada", "bob", GATES, "notes"):
            raise PermissionError(13, "Permission denied", path)
        return listed(path)

    monkeypatch.setattr("os.scandir", refuse)
    found = desk(folder)
    assert pairs(found) == [("ada", GATES), ("ada", SIGMOID), ("cyd", GATES)]
    assert reasons(found) == {"bob": "the folder cannot be read", "cyd/notes": "the folder cannot be read"}


def test_system_files_are_ignored_and_software_folders_are_not_searched(desk: Desk) -> None:
    """A thousand files of an environment are one line."""
    found = desk.folder({
        f"ada/{GATES}.ipynb": b"", "ada/.DS_Store": b"", "ada/Thumbs.db": b"", f"ada/._{GATES}.ipynb": b"", f"ada/.ipynb_checkpoints/{GATES}-checkpoint.ipynb": b"",
        f"__MACOSX/ada/{GATES}.ipynb": b"", "ada/venv/lib/a.py": b"", "ada/venv/lib/b.py": b"", f"ada/.git/{SIGMOID}.ipynb": b"", "/".join(["ada", *"abcdefghijklmn", f"{GATES}.ipynb"]): b"",
    })  # fmt: skip
    assert pairs(found) == [("ada", GATES)]
    why = reasons(found)
    assert set(why) == {"ada/.git", "ada/venv", "ada/a/b/c/d/e/f/g/h/i/j/k"} and "folders deep" in why["ada/a/b/c/d/e/f/g/h/i/j/k"]


@pytest.mark.parametrize("packed", [False, True])
def test_what_macos_keeps_next_to_a_file_is_named_if_that_file_is_not_there(packed: bool, desk: Desk) -> None:
    """Then it is what was handed in; next to its file it is nothing."""
    fork = b"\0\5\x16\7\0\2\0\0Mac OS X        " + bytes(90)
    files = {f"ada/._{GATES}.ipynb": fork, f"bob/._{GATES}.ipynb": fork, f"bob/{GATES}.ipynb": SOLVED[GATES], f"__MACOSX/cyd/._{GATES}.ipynb": fork}
    found = desk.zip(files) if packed else desk.folder(files)
    assert pairs(found) == [("ada", GATES), ("bob", GATES)] and not found.unknown
    with pytest.raises(UnreadableNotebook, match="without ._ before its name"):
        read_notebook(found.handed[0].path)


def test_the_same_in_an_archive_is_one_line_too(desk: Desk) -> None:
    """The first folder is a student's, even if its name starts with a dot."""
    found = desk.zip({f".ada/{GATES}.ipynb": b"", ".ada/venv/a.py": b"", ".ada/venv/b.py": b"", f".ada/.git/{SIGMOID}.ipynb": b""})
    assert pairs(found) == [(".ada", GATES)] and set(reasons(found)) == {".ada/venv", ".ada/.git"}


def test_only_the_exercises_and_students_asked_for_are_taken(desk: Desk) -> None:
    """The beginning of an exercise's name will do; an unknown one is an error that names the nearest."""
    files = {f"{name}/{slug}.ipynb": b"" for name in ("ada", "bob") for slug in (GATES, SIGMOID)}
    assert pairs(desk.folder(files, slugs=["02"], students=["a*", "x"])) == [("ada", SIGMOID)]
    with pytest.raises(GraderError, match="did you mean '02_sigmoid'"):
        desk(desk.base / "in", slugs=["02_sigmoit"])
    with pytest.raises(GraderError, match="no <student>/<exercise>.ipynb found for 03_jacobians, though 4 of 4"):
        desk(desk.base / "in", slugs=["03"])


# A single notebook ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("place", "student"), [("ada.ipynb", "ada"), (f"bob/{SIGMOID}.ipynb", "bob"), (f"bob/{SIGMOID}/{SIGMOID}.ipynb", "bob"), ("cyd's work.py", "cyd's work")])
def test_a_notebook_by_itself_is_called_by_its_name_or_its_folder(place: str, student: str, desk: Desk) -> None:
    """Its own name, unless that is the exercise's."""
    data = b"def sigmoid(x): 1\ndef sigmoid_grad(x): 1\n" if place.endswith(".py") else SOLVED[SIGMOID]
    laid({place: data}, desk.base)
    found = desk(desk.base / place)
    assert pairs(found) == [(student, SIGMOID)] and found.kind == "notebook"


def test_the_folder_of_one_student_can_be_given(desk: Desk) -> None:
    """Its notebooks are that student's; next to students' folders they belong to no student."""
    found = desk.folder({f"{GATES}.ipynb": b"", f"{SIGMOID} (1).ipynb": b""}, "ada")
    assert found.kind == "notebook" and pairs(found) == [("ada", GATES), ("ada", SIGMOID)]
    found = desk.folder({f"bob/{GATES}.ipynb": b""}, "ada")
    assert found.kind == "plain" and pairs(found) == [("bob", GATES)] and len(found.unknown) == 2


# Canvas ---------------------------------------------------------------------------------------------------------------

CANVAS: Files = {
    f"doejane_12345_67890_{GATES}.ipynb": SOLVED[GATES],
    f"doejane_12345_67891_{SIGMOID}-1.ipynb": b"first",
    f"doejane_12345_67895_{SIGMOID}-2.ipynb": b"second",
    f"müllerzoë_LATE_12346_67893_{GATES}-3.ipynb": SOLVED[GATES] + b" ",
    "lee_12347_67894_hw 1 (final).ipynb": SOLVED[SIGMOID],
    f"team_rocket_LATE_12348_67896_{GATES}.ipynb": b"team",
    "roe_12349_text.html": b"typed",
    "poe_LATE_12350_link.html": b"https://example.org",
    "roe_12349_67897_essay.pdf": b"%PDF",
}


@pytest.mark.parametrize("how", ["zip", "folder", "wrapped zip", "zips"])
def test_a_download_of_canvas_is_read(how: str, desk: Desk) -> None:
    """As downloaded, unpacked, zipped again inside a folder, or together with zips of other assignments."""
    if how == "folder":
        found = desk.folder(CANVAS)
    elif how == "zips":
        zipped(CANVAS, desk.base / "in" / "one_submissions.zip")
        zipped({f"doejane_12345_77000_{JACOBIANS}.ipynb": b"3"}, desk.base / "in" / "two_submissions.zip")
        found = desk(desk.base / "in")
    else:
        found = desk.zip(CANVAS if how == "zip" else {f"submissions/{name}": data for name, data in CANVAS.items()} | {"__MACOSX/._x": b""})
    more = [("doejane_12345", JACOBIANS)] if how == "zips" else []
    assert found.kind == "canvas" and found.why == f"{9 + len(more)} of {9 + len(more)} files are named as Canvas names them"
    assert pairs(found) == [
        ("doejane_12345", GATES), ("doejane_12345", SIGMOID), ("doejane_12345", SIGMOID), *more, ("lee_12347", SIGMOID),
        ("müllerzoë_12346", GATES), ("team_rocket_12348", GATES),
    ]  # fmt: skip
    jane = found.handed[1:3]
    assert [one.path.read_bytes() for one in jane] == [b"first", b"second"] and [one.order for one in jane] == [67891, 67895]
    assert (jane[0].name, jane[0].lms_id, jane[0].original) == ("doejane", "12345", f"{SIGMOID}-1.ipynb")
    assert [one.student for one in found.handed if one.late] == ["müllerzoë_12346", "team_rocket_12348"]
    assert [one.recognised[:15] for one in found.handed if one.recognised] == ["defines sigmoid"]
    assert [each.why for each in found.unknown] == [
        "a web address entered in Canvas, not a file", "it is neither a notebook (.ipynb) nor a script (.py)", "text typed into Canvas, not a file",
    ]  # fmt: skip


def test_what_was_typed_into_canvas_and_what_is_not_taken_has_its_student(desk: Desk) -> None:
    """By the same key as a file of the student's, so that nobody is said to have handed in nothing."""
    found = desk.zip({**CANVAS, "doejane_12345_text.html": b"typed", "anon_x7_link.html": b"x"})
    whose = {each.file: each.student for each in found.unknown}
    assert whose["doejane_12345_text.html"] == "doejane_12345" and whose["poe_LATE_12350_link.html"] == "poe_12350"
    assert whose["roe_12349_67897_essay.pdf"] == whose["roe_12349_text.html"] == "roe_12349" and whose["anon_x7_link.html"] == "anon_x7"
    assert {found.people[key].lms_id for key in ("doejane_12345", "poe_12350")} == {"12345", "12350"}


def test_anonymous_students_of_canvas_are_kept_apart(desk: Desk) -> None:
    """Canvas writes LATE before their name, and gives no number of a user."""
    found = desk.zip({f"anon_x7Yz1_500_{GATES}.ipynb": b"a", f"LATE_anon_81234_501_{GATES}.ipynb": b"b", "anon_x7Yz2_text.html": b""})
    assert [(one.student, one.late, one.name, one.lms_id) for one in found.handed] == [("anon_81234", True, "", ""), ("anon_x7Yz1", False, "", "")]
    assert len(found.unknown) == 1 and found.kind == "canvas"


def test_a_zip_that_a_student_handed_in_is_looked_into_once(desk: Desk) -> None:
    """In the download, and in the folder of the unpacked download; archives in it are not."""
    inner = zipped({f"work/{GATES}.ipynb": SOLVED[GATES], "work/renamed.ipynb": SOLVED[SIGMOID], "deep.zip": zipped({"x": b""}), "../evil.ipynb": b"", "__MACOSX/x": b""})
    files = {"doe_1_2_hw.zip": inner, "roe_3_4_hw.zip": b"no zip", f"poe_5_6_{GATES}.ipynb": b""}
    for found, at in ((desk.zip(files), ""), (desk.folder(files), "")):
        assert pairs(found) == [("doe_1", GATES), ("doe_1", SIGMOID), ("poe_5", GATES)]
        why = reasons(found)
        assert set(why) == {f"{at}doe_1_2_hw.zip/deep.zip", f"{at}doe_1_2_hw.zip/../evil.ipynb", f"{at}roe_3_4_hw.zip"}
        assert why["roe_3_4_hw.zip"] == "it is not a zip archive, or it is damaged"
    assert desk.keep.is_dir() and found.handed[0].path == desk.keep / "doe_1" / f"{GATES}-{sha(SOLVED[GATES])}.ipynb"


def sha(data: bytes) -> str:
    """The twelve digits that a copy is named by."""
    return hashlib.sha256(data).hexdigest()[:12]


def test_a_second_run_writes_nothing(desk: Desk) -> None:
    """Copies are named by their content: what is there stays, untouched."""
    first = desk.zip(CANVAS)
    before = {path: path.stat().st_mtime_ns for path in desk.keep.rglob("*") if path.is_file()}
    assert set(before) == {one.path for one in first.handed}
    second = desk.zip({**CANVAS, f"doejane_12345_67999_{GATES}.ipynb": SOLVED[GATES] + b"\n"})
    after = {path: path.stat().st_mtime_ns for path in desk.keep.rglob("*") if path.is_file()}
    assert before.items() < after.items() and len(after) == len(before) + 1
    assert second.handed[1].path.read_bytes() == SOLVED[GATES] + b"\n" and not list(desk.keep.rglob(".unfinished*"))


# Moodle ---------------------------------------------------------------------------------------------------------------

PLUGIN = "assignsubmission_file"
MOODLE: dict[str, Files] = {
    "folders": {f"Zoë Müller-Díaz_101_{PLUGIN}/{GATES}.ipynb": b"1", f"山田 太郎_102_{PLUGIN}/Abgabe 1/src/{GATES}.ipynb": b"2", "Ann Lee_103_assignsubmission_onlinetext/onlinetext.html": b""},
    "older": {f"Zoë Müller-Díaz_101_{PLUGIN}_/{GATES}.ipynb": b"1", f"山田 太郎_102_{PLUGIN}_/{GATES}.ipynb": b"2", "Ann Lee_103_assignsubmission_onlinetext_/onlinetext.html": b""},
    "flat": {f"Zoë Müller-Díaz_101_{PLUGIN}_{GATES}.ipynb": b"1", f"山田 太郎_102_{PLUGIN}_my_{GATES}_2.ipynb": b"2", "Ann Lee_103_assignsubmission_onlinetext_onlinetext.html": b""},
}  # fmt: skip


@pytest.mark.parametrize("form", MOODLE)
@pytest.mark.parametrize("unpacked", [False, True])
def test_a_download_of_moodle_is_read(form: str, unpacked: bool, desk: Desk) -> None:
    """With folders, as older versions write them, or without folders; typed text is not a file."""
    found = desk.folder(MOODLE[form]) if unpacked else desk.zip(MOODLE[form], "DL24-Übung 1-4711.zip")
    assert found.kind == "moodle" and found.why == "3 of 3 files are named as Moodle names them"
    assert [(one.student, one.name, one.lms_id) for one in found.handed] == [("Zoë Müller-Díaz", "Zoë Müller-Díaz", "101"), ("山田 太郎", "山田 太郎", "102")]
    assert pairs(found) == [("Zoë Müller-Díaz", GATES), ("山田 太郎", GATES)]
    assert [each.why for each in found.unknown] == ["text typed into Moodle, not a file"]


def test_namesakes_blind_students_and_teams_of_moodle_are_kept_apart(desk: Desk) -> None:
    """By the participant's number only where the name is not enough; a name may hold underscores."""
    found = desk.zip({
        f"Ann Lee_11_{PLUGIN}/{GATES}.ipynb": b"1", f"Ann Lee_12_{PLUGIN}/{GATES}.ipynb": b"2", f"Participant_657737_{PLUGIN}_/{GATES}.ipynb": b"3",
        f"Gruppe 7_31_{PLUGIN}_/{GATES}.ipynb": b"4", f"Default group_{PLUGIN}/{GATES}.ipynb": b"5", f"under_score_7_x_13_{PLUGIN}_{GATES}.ipynb": b"6",
    })  # fmt: skip
    assert [one.student for one in found.handed] == ["Ann Lee_11", "Ann Lee_12", "Default group", "Gruppe 7", "Participant_657737", "under_score_7_x"]
    assert [one.lms_id for one in found.handed] == ["11", "12", "", "31", "657737", "13"] and found.handed[4].name == ""


def test_a_zip_of_moodle_for_each_assignment_is_one_class(desk: Desk) -> None:
    """A student has the same key in all of them; a broken archive does not hide the others."""
    folder = desk.base / "in"
    zipped({f"Ann Lee_11_{PLUGIN}/hw.ipynb": SOLVED[GATES]}, folder / "DL-01 gates-1.zip")
    zipped({f"Ann Lee_87_{PLUGIN}/hw.ipynb": b"not JSON", f"Bo Li_88_{PLUGIN}/essay.ipynb": notebook("x = 1")}, folder / "DL-02 sigmoid-2.zip")
    (folder / "DL-03 jacobians-3.zip").write_bytes(b"PK but no zip")
    found = desk(folder)
    assert pairs(found) == [("Ann Lee", GATES), ("Ann Lee", SIGMOID), ("Bo Li", SIGMOID)]
    assert [one.recognised for one in found.handed[1:]] == ["is in DL-02 sigmoid-2"] * 2
    assert reasons(found) == {"DL-03 jacobians-3.zip": "it is not a zip archive, or it is damaged"}
    assert pairs(desk(folder, students=["Ann*"])) == [("Ann Lee", GATES), ("Ann Lee", SIGMOID)]


# nbgrader -------------------------------------------------------------------------------------------------------------

STAMPED: Files = {
    f"ada/ps1/{GATES}.ipynb": b"1", "ada/ps1/problem2.ipynb": SOLVED[SIGMOID], "ada/ps1/timestamp.txt": b"2015-02-02 14:58:23.948203 America/Los_Angeles",
    f"bob/{SIGMOID}/solution.ipynb": b"{", f"bob/{SIGMOID}/timestamp.txt": b"2015-02-03 14:58:23.948203 UTC", "bob/ps1/data/x.csv": b"",
}  # fmt: skip


@pytest.mark.parametrize("how", ["course", "submitted", "its content", "zip"])
def test_what_nbgrader_collected_is_read(how: str, desk: Desk) -> None:
    """Given `submitted/`, what is above it, or what is in it; by the notebook's name, its functions or the assignment's name."""
    if how == "course":
        laid({f"source/{GATES}/{GATES}.ipynb": b"", f"autograded/ada/ps1/{GATES}.ipynb": b""}, desk.base / "in")
    if how == "zip":
        found = desk.zip({f"nb/submitted/{name}": data for name, data in STAMPED.items()})
    else:
        inner = {"course": "in/submitted", "submitted": "submitted", "its content": "x"}[how]
        laid(STAMPED, desk.base / inner)
        found = desk(desk.base / {"course": "in"}.get(how, inner))
    assert found.kind == "nbgrader" and found.why.endswith("6 files are where nbgrader puts them")
    assert pairs(found) == [("ada", GATES), ("ada", SIGMOID), ("bob", SIGMOID)]
    assert [one.submitted_at for one in found.handed] == ["2015-02-02T22:58:23+00:00"] * 2 + ["2015-02-03T14:58:23+00:00"]
    assert found.handed[2].recognised == f"is in {SIGMOID}"
    left = {name.rpartition("submitted/")[2] for name in reasons(found)}
    assert left == {"bob/ps1/data/x.csv"} | ({"source", "autograded"} if how == "course" else set())


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2015-02-02 14:58:23.948203 America/Los_Angeles", "2015-02-02T22:58:23+00:00"),
        ("2015-07-02 14:58:23.948203 CEST\n", "2015-07-02T12:58:23+00:00"),
        ("2015-02-02 14:58:23 UTC", "2015-02-02T14:58:23+00:00"),
        ("2015-02-02 14:58:23", "2015-02-02T14:58:23+00:00"),
        ("2015-02-02T14:58:23Z", "2015-02-02T14:58:23+00:00"),
        ("2015-02-02T14:58:23.5+05:30", "2015-02-02T09:28:23+00:00"),
        ("2015-02-02 14:58:23 +0100", "2015-02-02T13:58:23+00:00"),
        ("2026-04-26 17:34:00.861687000 Z", "2026-04-26T17:34:00+00:00"),
        ("2015-02-02 14:58:23 Nowhere/Land", ""),
        ("2015-02-02 14:58:23 ../../etc/passwd", ""),
        ("2015-02-02 14:58:23 America", ""),
        ("0001-01-01 00:00:00 +0500", ""),
        ("\ufeff2026-10-25 20:00:00 Europe/Berlin\r\n", "2026-10-25T19:00:00+00:00"),
        ("10/24/2026 8:00 PM", "2026-10-24T20:00:00+00:00"),
        ("10/24/2026 12:05 am", "2026-10-24T00:05:00+00:00"),
        ("05/05/2026 8:00 PM", "2026-05-05T20:00:00+00:00"),
        ("05/04/2026 8:00 PM", ""),  # April or May
        ("10/24/2026 13:00 PM", ""),
        ("10/24/26 20:00", ""),
        ("24.10.2026 20:00 MESZ", "2026-10-24T18:00:00+00:00"),
        ("Fr, 24.10.2026, 20:00", "2026-10-24T20:00:00+00:00"),
        ("24. Oktober 2026 um 20:00 Uhr", "2026-10-24T20:00:00+00:00"),
        ("Sat, 24 Oct 2026 20:00:00 +0200", "2026-10-24T18:00:00+00:00"),
        ("Sat Oct 24 20:00:00 EST 2026", "2026-10-25T01:00:00+00:00"),
        ("Sat Oct 24 20:00:00 2026", "2026-10-24T20:00:00+00:00"),
        ("Saturday, 24 October 2026, 8:00 PM", "2026-10-24T20:00:00+00:00"),
        ("October 24, 2026 at 8:00pm GMT+2", "2026-10-24T18:00:00+00:00"),
        ("2026/10/24 20:00", "2026-10-24T20:00:00+00:00"),
        ("1793044800", "2026-10-26T20:00:00+00:00"),
        ("1793044800123", "2026-10-26T20:00:00+00:00"),
        ("31/31/2026 1:00", ""),
        ("12:00", ""),
        ("24 Foo 2026 20:00", ""),
        ("last week", ""),
        ("\0\ud800", ""),
        ("", ""),
    ],
)
def test_times_are_read_as_utc(text: str, time: str) -> None:
    """An unknown zone means an unknown time: a wrong guess would make somebody late."""
    assert utc(text) == time


def test_other_values_are_not_times() -> None:
    """Dates without a time, and numbers."""
    assert iso(None) == iso(5) == "" and iso("2015-02-02 14:58:23 UTC") == "2015-02-02T14:58:23+00:00"


# Gradescope -----------------------------------------------------------------------------------------------------------

METADATA = b"""---
submission_101:
  :submitters:
  - :name: Ann Lee
    :sid: '3001'
    :email: ann@example.org
  :created_at: 2026-04-26 17:34:00.861687000 Z
  :score: 2.0
  :results:
    tests:
    - name: check
      output: 'It just checks
        the name.

'
      status: passed
  :history:
  - :id: 99
    :created_at: 2026-04-20 10:00:00.000000000 Z
    :results:
      output: |+
        submission_666:
          :submitters:

...
submission_102:
  :submitters:
  - :name: Bo Li
    :sid: 3002
  - :name: Cy Doe
    :email: cy@example.org
submission_103:
  :submitters: []
"""
GRADESCOPE: Files = {
    "submission_metadata.yml": METADATA, f"submission_101/{GATES}.ipynb": b"new", f"submission_99/{GATES}.ipynb": b"old",
    "submission_102/src/final.ipynb": SOLVED[SIGMOID], f"submission_103/{GATES}.ipynb": b"3", f"submission_104/{GATES}.ipynb": b"4",
}  # fmt: skip


@pytest.mark.parametrize("how", ["zip", "folder", "wrapped"])
def test_an_export_of_gradescope_is_read(how: str, desk: Desk) -> None:
    """The metadata says whose it is and when it came; a group has it once per member; test output is skipped."""
    files = {f"assignment_9_export/{name}": data for name, data in GRADESCOPE.items()} if how == "wrapped" else GRADESCOPE
    found = desk.folder(files) if how == "folder" else desk.zip(files)
    assert found.kind == "gradescope" and not found.unknown
    assert [(one.student, one.name, one.email, one.lms_id, one.slug) for one in found.handed] == [
        ("3001", "Ann Lee", "ann@example.org", "99", GATES), ("3001", "Ann Lee", "ann@example.org", "101", GATES), ("3002", "Bo Li", "", "102", SIGMOID),
        ("cy@example.org", "Cy Doe", "cy@example.org", "102", SIGMOID), ("submission_103", "", "", "103", GATES), ("submission_104", "", "", "104", GATES),
    ]  # fmt: skip
    assert [one.submitted_at for one in found.handed[:3]] == ["2026-04-20T10:00:00+00:00", "2026-04-26T17:34:00+00:00", ""]


def test_the_metadata_that_autograders_get_are_read_where_they_lie(desk: Desk) -> None:
    """The address stands for the student, for the number in them is only Gradescope's."""
    about = {"id": 7, "created_at": "2024-06-01T14:22:32.365935-07:00", "users": [{"email": "ann@example.org", "id": 5, "name": "Ann Lee"}]}
    one = only(desk.folder({f"submission_7/{GATES}.ipynb": b"", "submission_7/submission_metadata.json": json.dumps(about).encode()}))
    assert (one.student, one.name, one.submitted_at, one.lms_id) == ("ann@example.org", "Ann Lee", "2024-06-01T21:22:32+00:00", "7")


@pytest.mark.parametrize("broken", [b":\n  : :\n :::bad", b"- a\n- list", b"submission_7: 5", b"\xff\xfe", b"a: &a [*a, *a]", b"submission_7: {:submitters: {a: 1}, :created_at: 2015-13-99}", b"[" * 5_000, b"!!python/object/apply:os.system [ls]"])
def test_metadata_that_cannot_be_used_do_not_stop_the_rest(broken: bytes, desk: Desk) -> None:
    """Students are then called by their submissions."""
    found = desk.zip({"submission_metadata.yml": broken, f"submission_7/{GATES}.ipynb": b"", "submission_7/submission_metadata.json": b"{", "stray.ipynb": b""})
    assert pairs(found) == [("submission_7", GATES)]
    assert "JSON" in reasons(found)["submission_7/submission_metadata.json"] and "stray.ipynb" in reasons(found)


def test_metadata_of_the_wrong_form_is_reported(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list where a submission should be described, and more text than can be searched."""
    monkeypatch.setattr("grader.exchange.gradescope.download.KEPT_MOST", 3)
    found = desk.zip({"submission_metadata.yml": b"a: 1", "submission_7/submission_metadata.json": b"[]", f"submission_7/{GATES}.ipynb": b""})
    assert [why.partition(";")[0] for why in reasons(found).values()] == ["it does not describe a submission_<id> folder", "it is too large"]


# Which form it is -----------------------------------------------------------------------------------------------------


def test_the_form_that_explains_most_files_is_taken_and_the_rest_reported(desk: Desk) -> None:
    """A stray file of another form is named, not lost."""
    found = desk.zip({**CANVAS, f"Ann Lee_11_{PLUGIN}/{GATES}.ipynb": b"", "readme.txt": b""})
    assert found.kind == "canvas" and found.why == "9 of 11 files are named as Canvas names them"
    assert reasons(found)[f"Ann Lee_11_{PLUGIN}/{GATES}.ipynb"] == "it is not named as Canvas names files"
    found = desk.zip({f"Ann Lee_11_{PLUGIN}/{GATES}.ipynb": b"", f"Bo Li_12_{PLUGIN}/{GATES}.ipynb": b"", "doe_1_2_x.ipynb": b""})
    assert found.kind == "moodle" and reasons(found) == {"doe_1_2_x.ipynb": "it is not named as Moodle names files"}


def test_a_zip_of_students_folders_is_plain(desk: Desk) -> None:
    """With or without folders around them, which are taken for no student; a student's own folders for none either."""
    assert pairs(desk.zip({f"ada/{GATES}.ipynb": b"1", "bob/02_sigmoid (1).ipynb": b""})) == [("ada", GATES), ("bob", SIGMOID)]
    wrapped = {f"down/class/ada/{GATES}.ipynb": b"1", f"down/class/bob/{SIGMOID}/{SIGMOID}.ipynb": b"", "down/notes.txt": b""}
    for found in (desk.zip(wrapped), desk.folder(wrapped)):
        assert pairs(found) == [("ada", GATES), ("bob", SIGMOID)] and list(reasons(found)) == ["down/notes.txt"]
    assert pairs(desk.zip({f"ada/{GATES}/{GATES}.ipynb": b"1", f"ada/{SIGMOID}/x.ipynb": b"{"})) == [("ada", GATES), ("ada", SIGMOID)]
    assert pairs(desk.zip({f"ada/{GATES}/{GATES}.ipynb": b"1"})) == [("ada", GATES)]


@pytest.mark.parametrize("kind", SOURCES)
def test_a_form_can_be_forced_and_must_fit(kind: str, desk: Desk) -> None:
    """If nothing fits, the error says what it looks like."""
    moodle = {f"Ann Lee_11_{PLUGIN}/{GATES}.ipynb": b""}
    if kind in ("plain", "moodle", "nbgrader"):
        assert desk.zip(moodle, kind=kind).kind == kind
    else:
        with pytest.raises(GraderError, match="it looks like moodle: leave out --from, or give --from moodle"):
            desk.zip(moodle, kind=kind)


def test_a_forced_form_that_fits_nothing_is_an_error_with_a_remedy(desk: Desk) -> None:
    """There is no other form to suggest."""
    with pytest.raises(GraderError, match="none of its files are named as Canvas names them; give the folder"):
        desk.folder({"notes.txt": b""}, kind="canvas")


# What cannot be a source, and hostile archives ------------------------------------------------------------------------


@pytest.mark.parametrize("make", ["missing", "text", "empty", "pipe", "empty folder", "loop", "empty zip", "cut zip", "long"])
def test_anything_else_is_one_line_with_a_remedy(make: str, desk: Desk) -> None:
    """No traceback, nothing is written."""
    place = desk.base / ("x" * 300 if make == "long" else "in.zip")
    if make in ("text", "empty"):
        place.write_bytes(b"hello" * (make == "text"))
    elif make == "pipe":
        os.mkfifo(place)
    elif make == "empty folder":
        place.mkdir()
    elif make == "loop":
        place.symlink_to(place.name)
    elif make == "empty zip":
        zipped({}, place)
    elif make == "cut zip":
        place.write_bytes(zipped(CANVAS)[:-40])
    with pytest.raises(GraderError) as problem:
        desk(place)
    assert str(place) in str(problem.value) and "\n" not in str(problem.value)
    expected = {"missing": "no such folder", "text": "unpack", "empty": "unpack", "pipe": "not a folder", "loop": "cannot be read", "long": "cannot be read", "cut zip": "damaged"}
    assert expected.get(make, "nor a download from Canvas, Moodle, nbgrader or Gradescope") in str(problem.value)
    assert not desk.keep.exists()


@pytest.mark.skipif(IS_ROOT, reason="root may read everything")
@pytest.mark.parametrize("name", ["in", "in.zip"])
def test_a_source_that_may_not_be_read_is_one_line(name: str, desk: Desk) -> None:
    """The system's reason is given."""
    place = desk.base / name
    place.mkdir() if name == "in" else place.write_bytes(b"")
    place.chmod(0)
    with pytest.raises(GraderError, match="cannot be read .Permission denied"):
        desk(place)
    place.chmod(0o700)


def entry(name: str, mode: int = 0, system: int = 3) -> zipfile.ZipInfo:
    """A member with a kind of its own."""
    info = zipfile.ZipInfo(name)
    info.create_system = system
    info.external_attr = mode << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def test_a_hostile_archive_costs_only_its_bad_members(desk: Desk, tmp_path: Path) -> None:
    """Links, devices, outside paths, bombs, locked and damaged members are refused; the good ones are taken, and nothing else is written."""
    stream = io.BytesIO()
    good = f"ada_1_2_{GATES}.ipynb"
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(good, SOLVED[GATES])
        archive.writestr(entry("a_1_3_link.ipynb", stat.S_IFLNK | 0o777), "/etc/passwd")
        archive.writestr(entry("a_1_4_device.ipynb", stat.S_IFCHR | 0o666), "")
        archive.writestr(f"../../a_1_5_{GATES}.ipynb", b"1")
        archive.writestr(f"/tmp/a_1_6_{GATES}.ipynb", b"2")
        archive.writestr(f"..\\a_1_7_{GATES}.ipynb", b"3")
        archive.writestr(f"C:\\a_1_8_{GATES}.ipynb", b"4")
        archive.writestr(f"a_1_9_{GATES}.ipynb", b" " * (21 << 20))
        archive.writestr(f"a_1_10_{GATES}.ipynb", b" " * (2 << 20))
        archive.writestr(f"a_1_11_{GATES}.ipynb", b"5" * 100, zipfile.ZIP_LZMA)
        archive.writestr(f"a_1_12_{GATES}.ipynb", b"sum of this is wrong", zipfile.ZIP_STORED)
        archive.writestr(f"a_1_13_{GATES}.ipynb", b"locked")
        archive.writestr(f"z_9_14_{SIGMOID}.ipynb", SOLVED[SIGMOID])
    data = bytearray(stream.getvalue().replace(b"sum of this is wrong", b"sum of this is right"))
    central = data.rindex(b"a_1_13_") - 46
    assert data[central : central + 4] == b"PK\x01\x02"
    data[central + 8] |= 1
    (desk.base / "hostile.zip").write_bytes(data)
    before = set(tmp_path.rglob("*"))
    found = desk(desk.base / "hostile.zip")
    assert pairs(found) == [("ada_1", GATES), ("z_9", SIGMOID)]
    assert {path for path in tmp_path.rglob("*") if path.is_file()} - before == {one.path for one in found.handed}
    why = {each.file.partition("_1_")[2].partition("_")[0].partition(".")[0]: each.why for each in found.unknown}
    assert set(why) == {str(number) for number in range(3, 14)}
    words = {3: "a link", 4: "not a regular file", 9: "bomb", 10: "bomb", 11: "compression method", 12: "damaged", 13: "password", **dict.fromkeys((5, 6, 7, 8), "leads outside")}
    assert all(word in why[str(number)] for number, word in nonempty(words.items())), why


def test_a_member_that_lies_about_its_size_is_damaged(desk: Desk) -> None:
    """Only as much as it declares is ever unpacked."""
    data = bytearray(zipped({f"a_1_2_{GATES}.ipynb": bytes(os.urandom(1 << 20)).hex().encode(), f"b_3_4_{GATES}.ipynb": b"1"}))
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = data.index(mark) + offset
        data[place : place + 4] = struct.pack("<I", 100)
    (desk.base / "x.zip").write_bytes(data)
    found = desk(desk.base / "x.zip")
    assert pairs(found) == [("b_3", GATES)] and reasons(found) == {f"a_1_2_{GATES}.ipynb": "it is damaged in the archive"}


def test_what_all_archives_unpack_to_is_bounded(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """And so is the number of members, of a download as of a zip that was handed in."""
    with closing(Archives(total=10)) as archives, pytest.raises(Refused, match="8 GB in total"):
        archives.spend(11)
    monkeypatch.setattr("grader.exchange.intake.unpack.MEMBERS", 2)
    inner = zipped({f"{i}.ipynb": b"" for i in range(3)})
    found = desk.zip({"a_1_2_x.zip": inner, f"b_1_2_{GATES}.ipynb": b""})
    assert "more than 2 members" in reasons(found)["a_1_2_x.zip"]
    with pytest.raises(GraderError, match="3 members; the limit is 2"):
        desk.zip({f"{i}_1_2_{GATES}.ipynb": b"" for i in range(3)})


def test_the_same_name_twice_is_two_attempts(desk: Desk) -> None:
    """A zip may hold that; neither is lost."""
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(desk.base / "x.zip", "w") as archive:
        archive.writestr(entry(f"a_1_2_{GATES}.ipynb"), b"1")
        archive.writestr(entry(f"a_1_2_{GATES}.ipynb"), b"2")
    assert sorted(one.path.read_bytes() for one in desk(desk.base / "x.zip").handed) == [b"1", b"2"]


def test_names_without_a_mark_of_their_encoding_are_read_as_utf_8_if_they_are(desk: Desk) -> None:
    """As macOS writes them; else in the old encoding of zips. A name that claims to be UTF-8 and is not spoils the archive."""
    data = zipped({f"Zo@@ Li_1_{PLUGIN}/{GATES}.ipynb": b"1", f"Zo#r Wu_2_{PLUGIN}/{GATES}.ipynb": b"2"})
    (desk.base / "x.zip").write_bytes(data.replace(b"Zo@@", "Zoë".encode()).replace(b"Zo#r", b"Zo\x89r"))
    assert [one.student for one in desk(desk.base / "x.zip").handed] == ["Zoë Li", "Zoër Wu"]
    marked = zipped({f"Zoë Li_1_{PLUGIN}_/{GATES}.ipynb": b"1"}).replace("Zoë".encode(), b"Zo\xff\xff")
    (desk.base / "y.zip").write_bytes(marked)
    with pytest.raises(GraderError, match="damaged"):
        desk(desk.base / "y.zip")


def test_keys_are_safe_and_unique(desk: Desk) -> None:
    """For dots, slashes, names too long for a folder, and names that become equal."""
    people = ["..", ".", "a/b", "a_b", "", "x" * 300, "x" * 299 + "y", "nul\\0"]
    metadata = {f"submission_{i}": {":submitters": [{":sid": who}]} for i, who in enumerate(people)}
    files = {f"submission_{i}/{GATES}.ipynb": str(i).encode() for i in range(len(people))}
    found = desk.zip({**files, "submission_metadata.yml": json.dumps(metadata).encode()})
    keys = {int(one.lms_id): one.student for one in found.handed}
    assert len(set(keys.values())) == len(people) and keys[3] == "a_b" and keys[2].startswith("a_b-") and keys[4] == "submission_4"
    assert keys[7] == "nul\\0"
    assert all(key not in ("", ".", "..") and "/" not in key and "\0" not in key and len(os.fsencode(key)) <= 255 for key in nonempty(keys.values()))
    assert all(one.path.parent == desk.keep / one.student and one.path.read_bytes() == one.lms_id.encode() for one in nonempty(found.handed))


def test_a_folder_that_cannot_be_written_is_one_line(desk: Desk) -> None:
    """Where copies go is the instructor's choice."""
    desk.keep.parent.mkdir()
    desk.keep.write_text("a file")
    with pytest.raises(GraderError, match="nothing is lost"):
        desk.zip(CANVAS)


# Any names at all -----------------------------------------------------------------------------------------------------

PIECES = st.sampled_from([
    GATES, SIGMOID, "02 sigmoid (1)", "_12_34_", "_LATE_", "anon_", "Ann", "Zoë", "..", ".", " ", "/", "/", "\\", "submission_7", "submitted", "_11_assignsubmission_file_",
    "assignsubmission_onlinetext", ".ipynb", ".ipynb", ".py", ".zip", ".pdf", "__MACOSX", ".DS_Store", "._", "timestamp.txt", "submission_metadata.yml", "_text.html", ".git", "venv", "-", "\n", "\x1b[2J", "\u202e", "C:",
])  # fmt: skip
PATHS = st.lists(st.one_of(PIECES, PIECES, PIECES, st.text(max_size=6)), min_size=1, max_size=7).map("".join)
ANCHORS = [f"anchor/{GATES}.ipynb", f"anchor_1_2_{GATES}.ipynb", f"Anchor_1_{PLUGIN}_/{GATES}.ipynb", f"submission_1/{GATES}.ipynb", f"submitted/anchor/x/{GATES}.ipynb"]


def writable(path: str) -> bool:
    """Whether a zip and a folder can hold a file of this name."""
    parts = path.split("/")
    return "\0" not in path and all(0 < len(os.fsencode(part)) < 250 and part not in (".", "..") for part in parts) 


@pytest.mark.parametrize("cases", [100, pytest.param(3_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("packed", [True, False])
def test_every_file_of_any_name_is_handed_in_or_reported(cases: int, packed: bool, tmp_path: Path) -> None:
    """Never a crash, never both, never neither; files are told apart by their content."""
    course = Course(ROOT)

    def check(drawn: tuple[str, list[str]]) -> None:
        anchor, paths = drawn
        base = Path(tempfile.mkdtemp(dir=tmp_path))
        files = {name: f"{i}".encode() for i, name in enumerate(dict.fromkeys([anchor, *paths]))}
        if packed:
            made = {}
            with zipfile.ZipFile(base / "in.zip", "w") as archive:
                for name, data in files.items():
                    info = zipfile.ZipInfo(name)
                    if not info.filename.replace("\\", "/").endswith("/") and info.filename not in made and info.filename.strip("./\\"):
                        archive.writestr(info, data)
                        made[info.filename] = data
            source = base / "in.zip"
        else:
            source, made = base / "in", {}
            for name, data in files.items():
                if writable(name):
                    try:
                        laid({name: data}, source)
                    except OSError:  # a file is where a folder would be
                        continue
                    made[name] = data
        try:
            found = take_in(source, course, base / "keep")
        except GraderError as problem:
            assert "no <student>/" in str(problem)
            return
        taken = {one.path.read_bytes() for one in found.handed}
        left = set(reasons(found))
        for one in found.handed:
            assert one.student not in ("", ".", "..") and "/" not in one.student
        for name, data in made.items():
            parts = tuple(part for part in (name.replace("\\", "/") if packed else name).split("/") if part not in ("", "."))
            depths = [d for d in range(1, len(parts)) if not packed or parts[d - 1] in ("venv", ".git") or parts[d - 1].startswith(".")]
            above = {"/".join(parts[:depth]) for depth in [*depths, len(parts)]}
            known = _silent(parts) or parts[-1] in ("timestamp.txt", "submission_metadata.yml", "submission_metadata.json")
            assert known or (data in taken) != bool(above & left), (name, found)

    calm = settings(max_examples=cases, database=None, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    calm(given(st.tuples(st.sampled_from(ANCHORS), st.lists(PATHS, max_size=6)))(check))()
