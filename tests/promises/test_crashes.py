"""A batch that cannot be lost: whatever dies, the next run goes on where the last one was."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner, Result
from support.cells import RIGHT, WRONG, eventually
from support.nonempty import nonempty
from support.paths import COURSE

import grader.core.files
import grader.term.gradebook.book
from grader.cli.main import main
from grader.sandbox.inside.family import descendants

STUDENTS = 24


@pytest.fixture(scope="module")
def submissions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class of one exercise; every third notebook has a mistake, every one takes a moment."""
    return a_class(tmp_path_factory.mktemp("class"), STUDENTS, "import time\ntime.sleep(0.15)")


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A third of that class, in no need of a moment: for runs in which nothing dies meanwhile."""
    return a_class(tmp_path_factory.mktemp("few"), STUDENTS // 3, "pass")


def a_class(folder: Path, size: int, pause: str) -> Path:
    for number in range(size):
        cells = [*(WRONG if number % 3 == 0 else RIGHT), f"{pause}\nwho = {number}"]
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        (folder / f"student{number:02}").mkdir()
        nbformat.write(notebook, folder / f"student{number:02}" / "01_double.ipynb")
    return folder


def command(submissions: Path, out: Path, *more: str) -> list[str]:
    return ["grade", str(submissions), "-o", str(out), "--course", str(COURSE), "--jobs", "2", *more]


def run_here(submissions: Path, out: Path, *more: str) -> Result:
    return CliRunner().invoke(main, command(submissions, out, *more))


@contextmanager
def running(submissions: Path, out: Path) -> Iterator[subprocess.Popen[str]]:
    """`grader grade` as a process of its own, in a process group of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "grader", *command(submissions, out)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        kill_tree(process.pid)
        process.communicate(timeout=30)


def kill_tree(pid: int) -> None:
    """SIGKILL for a process and all that descends from it, as when the machine's memory runs out."""
    for victim in [pid, *descendants(pid)]:
        with suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)


def command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:  # gone meanwhile
        return b""


def recorded(out: Path) -> dict[str, tuple[int, float]]:
    """Student → (number of the report's row, score), from the gradebook itself; fails if anybody has two."""
    book = out / "gradebook.sqlite"
    if not book.exists():
        return {}
    with closing(sqlite3.connect(book, timeout=20)) as connection:
        try:
            rows = connection.execute(
                "select student, reports.id, score from reports join attempts on attempts.id = reports.attempt_id"
            ).fetchall()
        except sqlite3.OperationalError:  # killed before the tables were there
            return {}
    assert len({student for student, _, _ in rows}) == len(rows)
    return {student: (number, score) for student, number, score in rows}


def check_complete(submissions: Path, out: Path) -> None:
    """Every submission has its one report, with the score that it must have, in the gradebook and as a file."""
    book = recorded(out)
    assert sorted(book) == sorted(folder.name for folder in submissions.iterdir())
    for student, (_, score) in book.items():
        report = json.loads((out / "reports" / student / "01_double.json").read_text(encoding="utf-8"))
        number = int(student.removeprefix("student"))
        assert report["score"] == score == (0.0 if number % 3 == 0 else 5.0)
    assert not list(out.rglob(f"{grader.core.files.UNFINISHED}*"))
    assert (out / "scores.csv").read_text(encoding="utf-8").count("student") == len(book) + 1


def kill_and_resume(submissions: Path, out: Path, kills: int, seed: int) -> None:
    """Kill runs at random instants, then let one finish; what was recorded once must stay as it was."""
    draw = random.Random(seed)
    before: dict[str, tuple[int, float]] = {}
    for _ in range(kills):
        with running(submissions, out) as process:
            waited = draw.uniform(0.2, 3.5)
            while waited > 0 and process.poll() is None:
                time.sleep(0.05)
                waited -= 0.05
        for path in out.glob("reports/*/*.json"):
            json.loads(path.read_text(encoding="utf-8"))
        after = recorded(out)
        assert before.items() <= after.items()
        before = after
        if len(before) == STUDENTS:  # done already: begin again, in a new folder
            check = run_here(submissions, out)
            assert check.exit_code == 0
            check_complete(submissions, out)
            out, before = out.with_name(out.name + "+"), {}
    last = run_here(submissions, out)
    assert last.exit_code == 0, last.output
    check_complete(submissions, out)
    assert before.items() <= recorded(out).items()


def test_a_class_survives_being_killed_at_random_instants(submissions: Path, tmp_path: Path) -> None:
    """Three times SIGKILL for the whole tree, then a run that finishes."""
    kill_and_resume(submissions, tmp_path / "out", kills=3, seed=1)


@pytest.mark.slow
def test_a_class_survives_being_killed_forty_times(submissions: Path, tmp_path: Path) -> None:
    """The same, forty times, in one run of this test."""
    kill_and_resume(submissions, tmp_path / "out", kills=40, seed=2)


def test_ctrl_c_finishes_what_is_being_judged_and_says_how_to_go_on(submissions: Path, tmp_path: Path) -> None:
    """Exit code 130, a sentence, no traceback; the next run does the rest and nothing twice."""
    out = tmp_path / "out"
    with running(submissions, out) as process:
        assert eventually(lambda: len(recorded(out)) >= 2)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the whole group
        stdout, stderr = process.communicate(timeout=60)
        assert process.returncode == 130, stderr
    assert "to go on, run this again" in stdout
    assert "Traceback" not in stdout + stderr
    done = recorded(out)
    assert 2 <= len(done) < STUDENTS
    again = run_here(submissions, out)
    assert again.exit_code == 0 and f"{len(done)} of {STUDENTS} were graded before" in again.output
    assert done.items() <= recorded(out).items()
    check_complete(submissions, out)


def test_a_killed_judge_and_a_killed_fork_server_cost_nothing(submissions: Path, tmp_path: Path) -> None:
    """Both die in the middle of one run, which finishes all the same."""
    out = tmp_path / "out"
    with running(submissions, out) as process:
        for least in (2, 8):
            assert eventually(lambda least=least: len(recorded(out)) >= least)
            names = {pid: command_line(pid) for pid in descendants(process.pid)}
            zygotes = [pid for pid, name in names.items() if b"zygote" in name]
            judges = [pid for pid, name in names.items() if b"grade" in name and b"zygote" not in name]
            os.kill((judges if least == 2 else zygotes)[0], signal.SIGKILL)
        stdout, stderr = process.communicate(timeout=120)
        assert process.returncode == 0, stdout + stderr
    check_complete(submissions, out)


def test_judges_do_not_outlive_the_process_that_hands_out_the_work(submissions: Path, tmp_path: Path) -> None:
    """SIGKILL for it alone: no judge and no sandbox stays behind, and the folder is free again."""
    out = tmp_path / "out"
    with running(submissions, out) as process:
        assert eventually(lambda: len(recorded(out)) >= 2)
        family = descendants(process.pid)
        process.kill()
        process.communicate(timeout=30)
        assert eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in nonempty(family)))
    assert run_here(submissions, out).exit_code == 0
    check_complete(submissions, out)


def test_two_runs_into_one_folder_are_refused(submissions: Path, tmp_path: Path) -> None:
    """The second one says who is writing there, and harms nothing."""
    out = tmp_path / "out"
    with running(submissions, out) as process:
        assert eventually(lambda: (out / ".lock").exists() and (out / ".lock").read_text() != "")
        second = run_here(submissions, out)
        assert second.exit_code == 2
        assert f"process {process.pid} is writing there" in second.stderr


def test_a_gradebook_that_another_program_holds_is_one_line(
    few: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a wait, the remedy; once the lock is gone, the same command works."""
    out = tmp_path / "out"
    assert run_here(few, out, "--student", "student0[0-3]").exit_code == 0
    monkeypatch.setattr(grader.term.gradebook.book, "LOCK_WAIT_S", 1)
    with closing(sqlite3.connect(out / "gradebook.sqlite")) as holder:
        holder.execute("begin exclusive")
        refused = run_here(few, out)
        assert refused.exit_code == 2
        assert "another program is writing to it" in refused.stderr and refused.stderr.count("\n") == 1
    assert run_here(few, out).exit_code == 0
    check_complete(few, out)


def test_a_full_disk_is_one_line_and_nothing_is_lost(few: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full after five files; with room again, the same command finishes."""
    out, count = tmp_path / "out", 0
    real = os.replace

    def full(temporary: str, path: Path) -> None:
        nonlocal count
        count += 1
        if count > 5:
            raise OSError(28, "No space left on device")
        real(temporary, path)

    monkeypatch.setattr(grader.core.files.os, "replace", full)
    stopped = run_here(few, out)
    assert stopped.exit_code == 2
    assert "(No space left on device); mend that and run the same command again" in stopped.stderr
    assert not list(out.rglob(f"{grader.core.files.UNFINISHED}*"))
    done = recorded(out)
    assert len(done) >= 5
    monkeypatch.setattr(grader.core.files.os, "replace", real)
    assert run_here(few, out).exit_code == 0
    assert done.items() <= recorded(out).items()
    check_complete(few, out)


@pytest.mark.parametrize("place", ["/proc/none", "file"])
def test_a_place_that_cannot_be_written_is_one_line(submissions: Path, tmp_path: Path, place: str) -> None:
    """Where no folder can be made, and where a file is."""
    (tmp_path / "file").write_text("")
    result = run_here(submissions, Path(place) if place.startswith("/") else tmp_path / place)
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr and result.stderr.count("\n") == 1
