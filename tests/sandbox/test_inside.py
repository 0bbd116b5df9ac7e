"""What runs inside the sandbox, run in forks of this process: here no wall keeps the measuring of coverage out."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from support.cells import DOUBLE, QUICK, eventually, opened

from grader.core.course_settings import Limits
from grader.core.errors import OurFailure
from grader.sandbox.forkserver import Worker
from grader.sandbox.inside import family, rehearsal, zygote
from grader.sandbox.inside import kernel as kernel  # before `grader` becomes a stand-in
from grader.sandbox.inside.control import ZygoteSetup
from grader.sandbox.inside.shell import make_shell, run_cell
from grader.suite.exceptions import Died

FORK = multiprocessing.get_context("fork")
SETUP = ZygoteSetup("none", seccomp=b"", readable=[], packages=[])


def forked(work: Callable[[], None]) -> None:
    """Do the work in a fork of this process; fail as it does."""
    process = FORK.Process(target=work)
    process.start()
    process.join(60)
    assert process.exitcode == 0


def be_zygote(listener: socket.socket, ready: int) -> None:
    """The zygote's program; it ends when its socket is shut down."""
    zygote.MODULES[:] = ["json", "no_such_module"]
    zygote.LATE_MODULE = "wave"
    try:
        zygote.main(listener.fileno(), ready, os.pidfd_open(os.getppid()), SETUP)
    except OSError:
        return


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """A fork server without walls, as a fork of this process."""
    tmp_path = tmp_path_factory.mktemp("server")
    ready = os.pipe()
    path = str(tmp_path / "socket")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(path)
        listener.listen()
        process = FORK.Process(target=be_zygote, args=(listener, ready[1]))
        process.start()
        os.close(ready[1])  # if the fork dies, reading ends
        assert os.read(ready[0], 5) == b"ready"
        yield SimpleNamespace(path=path, homes=tmp_path, rung="none", pid=process.pid)
        listener.shutdown(socket.SHUT_RDWR)
        process.join(30)
    assert process.exitcode == 0


def test_a_worker_runs_cells_and_answers_calls(server: SimpleNamespace) -> None:
    """In a home of its own."""
    with opened(server, [DOUBLE, "import os\ndef home():\n    return os.getcwd()"]) as (student, _):
        assert student.double(21) == 42
        assert Path(student.home()).parent.parent == server.homes


def test_how_a_worker_ended_is_told(server: SimpleNamespace) -> None:
    """By itself, by a signal, and because the judge had enough."""
    for ending, words in (("os._exit(3)", "exit code 3"), ("os.kill(os.getpid(), 9)", "signal 9")):
        cells = [f"import os\ndef end():\n    {ending}"]
        # writing down what it covered belongs to how this process ends
        with opened(server, cells, Limits()) as (student, _), pytest.raises(Died, match=words):
            student.end()
    worker = Worker(server.path, QUICK, server.homes)
    assert worker.usage().keys() == {"cpu_s", "memory_mb", "waited_s"}
    worker.close()
    assert worker.ended is not None and worker.ended["code"] == -signal.SIGKILL


def test_nothing_that_a_worker_has_started_outlives_it(server: SimpleNamespace) -> None:
    """Children, and orphans whose parent has ended."""
    start = "import subprocess\ndef start():\n    return subprocess.Popen('sleep 1000 & sleep 1000', shell=True).pid"
    with opened(server, [start]) as (student, _):
        assert student.start() in family.descendants(server.pid)
    assert eventually(lambda: not family.descendants(server.pid))


def test_a_worker_that_cannot_be_confined_says_why(server: SimpleNamespace) -> None:
    """Here: its home is gone."""
    gone = server.homes / "gone"
    gone.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("grader.sandbox.forkserver.make_home", lambda folder: gone / "nowhere")
        with pytest.raises(OurFailure, match="could not be confined: FileNotFoundError"):
            Worker(server.path, QUICK, gone)


def test_a_judge_that_hangs_up_at_once_costs_nothing(server: SimpleNamespace) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as judge:
        judge.connect(server.path)
    with opened(server, [DOUBLE]) as (student, _):
        assert student.double(1) == 2


def test_what_a_first_optimiser_needs_is_loaded_for_the_next(server: SimpleNamespace) -> None:
    with opened(server, ["# torch.optim"]):
        pass

    def loaded() -> bool:
        with opened(server, ["import sys\ndef loaded():\n    return 'wave' in sys.modules"]) as (student, _):
            return bool(student.loaded())

    assert eventually(loaded)


def test_a_rehearsal_leaves_nothing_behind() -> None:
    def rehearsed() -> None:
        rehearsal.rehearse(make_shell())
        shell = make_shell()
        assert run_cell(shell, 1, "seen = In[1:], Out, get_ipython().execution_count, 'rehearse' in globals()") is None
        assert shell.user_ns["seen"] == (["seen = In[1:], Out, get_ipython().execution_count, 'rehearse' in globals()"], {}, 2, False)

    forked(rehearsed)


def test_a_family_is_counted_and_ended_to_the_last_orphan() -> None:
    def ended() -> None:
        child = subprocess.Popen(["sh", "-c", "sleep 1000 & sleep 1000"])
        while len(family.descendants(os.getpid())) < 3:
            time.sleep(0.01)
        assert family.usage(family.Waits()).keys() == {"cpu_s", "memory_mb", "waited_s"}
        assert family.waited(str(child.pid)) >= 0.0 == family.waited("0")
        family.end_orphans()
        assert not family.has_children() and not family.descendants(os.getpid())
        family.kill({child.pid})  # is gone: no error
        family.reap()

    forked(ended)
