"""However the grader ends, nothing that it has started outlives it, and nothing stays in the temporary folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from support.cells import DOUBLE, descendants, eventually, family, opened
from support.nonempty import nonempty
from support.paths import COURSE, ROOT

from grader.core.errors import GraderError, OurFailure
from grader.sandbox import run_folder
from grader.sandbox.forkserver import RUNGS, ForkServer
from grader.sandbox.run_folder import PREFIX, RunFolder

# A fork server, and a worker whose notebook has started a daemon and then waits.
HOLDER = """
import sys, time
from grader.core.course_settings import Limits
from grader.core.errors import GraderError
from grader.sandbox.call_limits import Clock
from grader.sandbox.forkserver import ForkServer, Worker
from grader.sandbox.inside import codec

try:
    server = ForkServer(sys.argv[1])
except GraderError as error:
    sys.exit(print(error) or 75)
worker = Worker(server.path, Limits(), server.homes)
cell = "import subprocess; subprocess.Popen(['sleep', '1000'], start_new_session=True)"
assert codec.unpack(*worker.exchange(codec.pack(["cell", 1, cell]), Clock(worker)))[0] == "ok"
print("ready", flush=True)
time.sleep(1000)
"""
# Starts a command, sends it a signal at a certain moment, and ends well once everything that came of it has ended.
NANNY = """
import ctypes, os, signal, subprocess, sys, time
number, moment, *command = sys.argv[1:]
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER: orphans become its children
child = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)
if moment.isalpha():
    for line in child.stdout:
        if moment.encode() in line:
            break
    else:
        sys.exit(child.wait())
else:
    time.sleep(float(moment))
child.send_signal(int(number))
signal.alarm(100)
try:
    while True:
        os.wait()
except ChildProcessError:
    pass
"""


def all_end(number: int, moment: str, folder: Path, *command: str) -> None:
    """Wait until the command has got this signal, and nothing that it has started is left."""
    environment = {**os.environ, "TMPDIR": str(folder)}
    done = subprocess.run([sys.executable, "-c", NANNY, str(int(number)), moment, *command], env=environment, cwd=ROOT, capture_output=True, text=True)
    if done.returncode == 75:
        pytest.skip("this machine lacks the rung")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("rung", RUNGS)
def test_sigkill_ends_everything_and_the_next_run_sweeps(rung: str, tmp_path: Path) -> None:
    """Zygote, supervisor, worker and the notebook's daemon; then the folder that nobody has removed."""
    all_end(signal.SIGKILL, "ready", tmp_path, sys.executable, "-c", HOLDER, rung)
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith(PREFIX)] == []
    assert list(tmp_path.iterdir())
    run_folder.remove_abandoned(str(tmp_path))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("moment", ["0.3", "0.6", "1.2", "2.4"])
@pytest.mark.parametrize("rung", ["bwrap", "landlock"])
def test_sigkill_at_any_moment_of_the_start_ends_everything(rung: str, moment: str, tmp_path: Path) -> None:
    all_end(signal.SIGKILL, moment, tmp_path, sys.executable, "-c", HOLDER, rung)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_run_that_is_told_to_end_leaves_nothing(number: int, tmp_path: Path) -> None:
    """In the middle of a notebook that would wait for a minute; on Ctrl-C that one is finished first."""
    notebook = tmp_path / "class/ada/01_double.py"
    notebook.parent.mkdir(parents=True)
    seconds = 1 if number == signal.SIGINT else 60
    notebook.write_text(f"# %%\n{DOUBLE}\n# %%\nimport time, pathlib\ntime.sleep({seconds})\n")
    folder = tmp_path / "tmp"
    folder.mkdir()
    grade = ["-m", "grader", "grade", str(tmp_path / "class"), "-o", str(tmp_path / "out"), "--course", str(COURSE), "--sandbox", "landlock"]
    all_end(number, "taken", folder, sys.executable, "-u", *grade)
    assert not list(folder.iterdir())


def test_a_supervisor_that_is_killed_takes_its_worker_and_daemons_along(server: ForkServer) -> None:
    """Killed by hand, or for lack of memory; the fork server goes on."""
    before = family(server)
    cells = ["import subprocess\ndef start():\n    return subprocess.Popen('setsid sleep 1000 & sleep 1000', shell=True) and 1"]
    with opened(server, cells) as (student, _):
        assert student.start() == 1
        assert eventually(lambda: len(family(server) - before) >= 4)  # supervisor, worker, two that sleep; a shell
        mine = family(server) - before
        os.kill(max(mine, key=lambda pid: len(descendants(pid))), signal.SIGKILL)
    assert eventually(lambda: family(server) <= before)
    assert server.alive()


@pytest.mark.parametrize("rung", RUNGS)
def test_a_judge_that_is_killed_leaves_no_home(rung: str) -> None:
    """Nor its worker: what the notebook has written goes with it, while the fork server goes on."""
    try:
        server = ForkServer(rung)
    except GraderError as error:
        pytest.skip(str(error))
    with server:
        before, (reads, writes) = family(server), os.pipe()
        if (judge := os.fork()) == 0:
            try:
                with opened(server, ["import os; os.makedirs('a/b'); os.chmod('a', 0)", DOUBLE]) as (student, _):
                    os.write(writes, str(student.double(2)).encode())
                    os.kill(os.getpid(), signal.SIGKILL)
            finally:
                os._exit(1)
        assert os.read(reads, 10) == b"4"
        os.waitpid(judge, 0)
        assert eventually(lambda: family(server) <= before)
        assert eventually(lambda: not list(server.folder.glob("home-*")))


@pytest.mark.parametrize("rung", RUNGS)
def test_a_fork_server_that_is_killed_is_our_failure_and_nothing_stays(rung: str) -> None:
    """Of its workers, nobody is blamed; it can be started again in the same place."""
    try:
        server = ForkServer(rung)
    except GraderError as error:
        pytest.skip(str(error))
    with server:
        with opened(server, [DOUBLE, "import subprocess; subprocess.Popen(['sleep', '1000'], start_new_session=True)"]) as (student, notebook):
            assert student.double(2) == 4
            below = family(server)
            (sleeper,) = [pid for pid in below if not descendants(pid)]
            (worker,) = [pid for pid in below if descendants(pid) == {sleeper}]
            os.kill(worker, signal.SIGSTOP)  # it must not answer first
            server.zygote.process.kill()
            with pytest.raises(OurFailure, match="fork server ended"):
                student.double(3)
        assert eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in nonempty(below)))
        server.restart()
        with opened(server, [DOUBLE]) as (student, _):
            assert student.double(2) == 4
        folder = server.folder
    assert not folder.exists()


def test_only_folders_whose_owner_has_ended_are_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither one in use, nor what only looks like one; a link is not followed."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    mine, precious = RunFolder(), tmp_path / "precious"
    precious.mkdir()
    (precious / "file").touch()
    (tmp_path / f"{PREFIX}link").symlink_to(precious)
    (tmp_path / f"{PREFIX}file").touch()
    (tmp_path / f"{PREFIX}abandoned" / "home-1").mkdir(parents=True)
    other = RunFolder()
    assert {path.name for path in tmp_path.iterdir()} == {mine.path.name, other.path.name, "precious", f"{PREFIX}link", f"{PREFIX}file"}
    mine.remove()
    other.remove()
    assert (precious / "file").exists() and not mine.path.exists()


def test_a_long_or_missing_temporary_folder_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A socket's path has at most 107 bytes."""
    long = tmp_path / ("x" * 100)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))
    folder = RunFolder()
    assert folder.path.parent == Path("/tmp")
    folder.remove()
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(GraderError, match="name it in TMPDIR"):
        RunFolder()


def test_a_start_that_is_interrupted_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("grader.sandbox.forkserver.try_worker", interrupted)
    with suppress(KeyboardInterrupt):
        ForkServer("none")
    assert not list(tmp_path.iterdir())
