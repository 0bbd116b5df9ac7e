"""The fork server as the judge sees it: what is its fault is never the student's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from support.cells import DOUBLE, QUICK, GradeCells, descendants, eventually, family, opened

from grader.core.errors import OurFailure
from grader.engine.sandboxed import Sandbox, SandboxedNotebook
from grader.sandbox.call_limits import Clock
from grader.sandbox.core_claims import Core
from grader.sandbox.forkserver import ForkServer, Worker
from grader.sandbox.inside import codec
from grader.suite.exceptions import Died
from grader.suite.remote_student import Student


def test_a_call_that_the_fork_server_does_not_survive_is_our_failure() -> None:
    """Everything below bubblewrap is killed in the middle of a notebook: no verdict on it."""
    with ForkServer("bwrap") as server:
        with SandboxedNotebook(Sandbox.of(server), [(1, DOUBLE)], QUICK) as notebook:
            student = Student(notebook)
            assert student.double(2) == 4
            (worker,) = [pid for pid in family(server) if not descendants(pid)]
            os.kill(worker, signal.SIGSTOP)  # it must not answer first
            for pid in family(server) - {worker}:
                with suppress(ProcessLookupError):  # each takes what is below it along
                    os.kill(pid, signal.SIGKILL)
            with pytest.raises(OurFailure, match="fork server ended"):
                student.double(3)
        assert eventually(lambda: not server.alive())


def test_a_worker_that_ends_itself_is_the_students(forkserver: ForkServer, grade_cells: GradeCells) -> None:
    """The supervisor says how it ended, so this is a crash, and the question's points are gone."""
    report = grade_cells(["import os\ndef double(x):\n    os._exit(3)"])
    assert report.status == "graded"
    assert {test.status for question in report.questions for test in question.tests if question.name == "double"} == {"crashed"}


@pytest.mark.parametrize("size", [10, 70_000, 3_000_000])
def test_frames_of_any_size_arrive_whole(server: ForkServer, size: int) -> None:
    """Smaller than what is read at once, larger, and larger than a socket holds: there and back, several in a row."""
    worker = Worker(server.path, QUICK, server.homes)
    clock = Clock(worker)
    try:
        for turn in range(3):
            text = chr(ord("a") + turn) * size
            for request, wanted in ((["cell", 1, f"x = {text!r}"], None), (["value", ["name", "x", []]], text)):
                answer = codec.unpack(*worker.exchange(codec.pack(request), clock))
                assert answer == ["ok", wanted]
            assert worker.frames.arrived == b""
    finally:
        worker.close()


@contextmanager
def crowded_core(burners: int) -> Iterator[None]:
    """This process, and what it starts, on one core, which so many others use too."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    burn = [sys.executable, "-c", "while True: pass"]  # in sessions of their own: Linux shares out a core among sessions
    busy = [subprocess.Popen(burn, start_new_session=True) for _ in range(burners)]
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            process.wait()
        os.sched_setaffinity(0, before)


def test_a_limit_does_not_count_the_time_for_which_others_had_the_core(server: ForkServer) -> None:
    """A sixth of a core gives half a second of CPU time in three; without the others the limit on waiting is 1.5 s."""
    cells = ["import time\ndef double(x):\n    while time.process_time() - begun < x: pass\n    return 2 * x\nbegun = time.process_time()"]
    with crowded_core(5), opened(server, cells) as (student, _):
        begun = time.monotonic()
        assert student.double(0.4) == 0.8
        assert time.monotonic() - begun > QUICK.wall_s(QUICK.call_cpu_s)


def test_who_sleeps_is_stopped_also_on_a_crowded_core(server: ForkServer) -> None:
    """Sleeping is not waiting for a core."""
    sleeper, late = "import time\ndef double(x):\n    time.sleep(60)", r"did not answer within 1\.5 s"
    with crowded_core(3), opened(server, [sleeper]) as (student, _), pytest.raises(Died, match=late):
        student.double(2)


def test_judges_share_out_the_cores() -> None:
    """Each has one that no other has, until there is none left; what one releases the next may have."""
    here = os.sched_getaffinity(0)
    claims = [Core() for _ in here]
    try:
        numbers = [claim.number for claim in claims]
        assert len(set(numbers) - {None}) == sum(number is not None for number in numbers)
        assert set(numbers) <= here | {None}
    finally:
        for claim in claims[::-1]:
            claim.release()
    assert os.sched_getaffinity(0) == here


def test_what_a_first_optimiser_imports_is_there_for_the_next(server: ForkServer) -> None:
    """A second of CPU time, which is spent once a batch and not in every notebook."""
    cells = ["import sys, torch\nthere = 'torch._dynamo' in sys.modules\ndef double(x):\n    return 2 * there\n# torch.optim"]
    with opened(server, cells) as (student, _):
        student.double(1)

    def loaded() -> bool:
        with opened(server, ["import sys\ndef double(x):\n    return 'torch._dynamo' in sys.modules"]) as (student, _):
            return bool(student.double(1))

    assert eventually(loaded)
