"""The warm process: everything imported and collected; one check in each fork of it, or one check alone.

Requests (`checker.CheckRequest`) come as lines of JSON on stdin, answers (`checker.Answer`) go as lines of
JSON to stdout. "warm" imports and collects what an exercise needs, and has no answer. "check" is answered by
where the check is, again and again, then by a verdict, then by its end. "stop" ends a check that runs.

A fork gives a notebook a fresh namespace at once. Where forking is not safe (macOS) or not available
(Windows), the process itself runs the one check that it gets, and the caller keeps another one ready.
"""

import contextlib
import json
import os
import re
import signal
import sys
import threading
from collections.abc import Iterator
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import NoReturn

from grader.core.errors import GraderError
from grader.core.notebook import Notebook, UnreadableNotebook, read_notebook
from grader.core.report import Status
from grader.engine.local import LocalChannel
from grader.engine.selfcheck import SEED, at_home, by_the_rules, run_cells
from grader.sandbox.inside.shell import Shell, make_shell
from grader.student.watch.checker import Answer, CheckRequest, Verdict
from grader.suite.calls import CallText
from grader.suite.exceptions import Died
from grader.suite.remote_student import Respond, Student
from grader.suite.session import SuiteSession, WarmSuites

SLOW_IMPORTS = ("torch", "matplotlib.pyplot")  # imported before the fork, if the notebook asks for them
TOLD_AT_MOST = 5_000
STOPPED = 9
TIMED = hasattr(signal, "setitimer")  # whether this system can interrupt a loop


class TookTooLong(BaseException):
    """Raised in the student's code when its time is up; `except Exception` lets it through."""


class Steps:
    """Tells the caller which cell or call runs, and stops one that takes too long, if the system can."""

    def __init__(self, out: int) -> None:
        self.out = out
        self.number = 0
        self.stopped_at: str | None = None  # where in the notebook this step ran out of time

    @contextlib.contextmanager
    def step(self, where: str, most_s: float) -> Iterator[None]:
        """One cell or call; from `most_s` seconds on, `TookTooLong` is raised in it."""
        self.number += 1
        self.stopped_at = None
        if self.number < TOLD_AT_MOST or self.number % 100 == 0:
            send(self.out, Answer(at=where))
        if TIMED:
            signal.signal(signal.SIGALRM, self._time_is_up)
            signal.setitimer(signal.ITIMER_REAL, most_s)
        try:
            yield
        finally:
            if TIMED:
                signal.setitimer(signal.ITIMER_REAL, 0)

    def _time_is_up(self, number: int, frame: FrameType | None) -> None:
        while frame is not None and not frame.f_code.co_filename.startswith("<cell "):
            frame = frame.f_back
        place = f" in cell {frame.f_code.co_filename[6:-1]}, line {frame.f_lineno}" if frame else ""
        self.stopped_at = place
        raise TookTooLong(f"still running after its time was up{place}; is there a loop that never ends?")


class TimedChannel(LocalChannel):
    """A namespace in this process, where an endless call loses only its own test."""

    def __init__(self, shell: Shell, steps: Steps, most_s: float) -> None:
        super().__init__(shell)
        self._steps, self._most_s = steps, most_s

    def exchange(self, frame: bytes, call: CallText, respond: Respond) -> tuple[bytes, bytes]:
        with contextlib.suppress(TookTooLong), self._steps.step(f"`{call}`", self._most_s):
            answer = super().exchange(frame, call, respond)
        if (place := self._steps.stopped_at) is not None:
            detail = f"stopped after {self._most_s:g} s{place}; is there a loop that never ends?"
            raise Died(str(call), Status.TIMED_OUT, detail)
        return answer


class WarmProcess:
    """What is kept warm: a shell that has run nothing, the suites, the imports."""

    def __init__(self, requests: int, out: int, forks: bool) -> None:
        self.requests, self.out, self.forks = requests, out, forks
        self.shell = make_shell()
        self.suites = WarmSuites()

    def serve(self) -> None:
        """Answer requests until there are no more; without forks, until one check is done."""
        for line in lines(self.requests):
            request = CheckRequest(**json.loads(line))
            if request.do == "warm":
                with contextlib.suppress(Exception):  # a check will say what is wrong
                    self.prepare(request)
            elif request.do == "check":
                code = 0
                with problems_told(self.out):
                    code = self.check(request)
                send(self.out, Answer(ended=code))

    def prepare(self, request: CheckRequest) -> tuple[Notebook, SuiteSession]:
        """Read, collect and import what a check needs; the notebook's own code is not run.

        Raises:
            GraderError, UnreadableNotebook, OSError: the suite or the notebook cannot be read.
        """
        notebook = read_notebook(Path(request.notebook))
        session = self.suites.get(Path(request.suite))
        text = "\n".join(source for _, source in notebook.cells)
        for name in SLOW_IMPORTS:
            if re.search(rf"(?m)^[ \t]*(import|from)\s.*\b{name.split('.')[0]}\b", text):
                with contextlib.suppress(Exception):  # the notebook's own import will say what is wrong
                    import_module(name)
        return notebook, session

    def check(self, request: CheckRequest) -> int:
        """Check in a fork, or in this process and end it; the exit code, or minus a signal's number."""
        notebook, session = self.prepare(request)
        if not self.forks:
            threading.Thread(target=_end_with_the_caller, args=(self.requests,), daemon=True).start()
            self.run(request, notebook, session)
        pid = os.fork()
        if pid == 0:
            os.setpgid(0, 0)
            _be_the_first_to_go()
            os.close(self.requests)
            self.run(request, notebook, session)
        return _supervise(pid, self.requests)

    def run(self, request: CheckRequest, notebook: Notebook, session: SuiteSession) -> NoReturn:
        """Run the notebook and the suite here, send the verdict, and end this process, whatever happens."""
        code = 70
        try:
            with problems_told(self.out), at_home(Path(request.notebook).parent):
                steps = Steps(self.out)
                results, errors = run_cells(
                    self.shell, notebook.cells, lambda where: steps.step(where, request.cell_s)
                )
                channel = TimedChannel(self.shell, steps, request.call_s)
                channel.cells, channel.results = notebook.cells, results
                student = Student(channel)
                questions = by_the_rules(session.run(student, SEED), session.suite, notebook.cells)
                send(self.out, Answer(verdict=Verdict("", questions, errors, notebook.sha256)))
                code = 0
        finally:
            os._exit(code)


def send(out: int, answer: Answer) -> None:
    """Write a whole line, even if the pipe takes only a part at a time."""
    data = (json.dumps(asdict(answer)) + "\n").encode()
    while data:
        data = data[os.write(out, data) :]


@contextlib.contextmanager
def problems_told(out: int) -> Iterator[None]:
    """Send what goes wrong inside as the problem of a verdict."""
    try:
        yield
    except (UnreadableNotebook, GraderError, OSError) as error:
        send(out, Answer(verdict=Verdict("", problem=str(error))))
    except Exception as error:
        problem = f"our failure, not yours: {type(error).__name__}: {error}"
        send(out, Answer(verdict=Verdict("", problem=problem)))


def _be_the_first_to_go() -> None:
    """If memory runs out, let the system end this check, not the student's browser."""
    import resource

    with contextlib.suppress(OSError, ValueError):
        most = int(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") * 0.75)
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
        Path("/proc/self/oom_score_adj").write_text("1000")


def _supervise(pid: int, requests: int) -> int:
    """Wait for a check to end, or end it when told to; its exit code, or minus the signal's number."""
    import select

    pidfd = os.pidfd_open(pid)
    ready, _, _ = select.select([requests, pidfd], [], [])  # a stop, or the end of the caller
    for kill in (os.killpg, os.kill):  # with all that the notebook has started
        with contextlib.suppress(OSError):
            kill(pid, signal.SIGKILL)
    os.close(pidfd)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status) if pidfd in ready else -STOPPED


def _end_with_the_caller(requests: int) -> None:
    os.read(requests, 1)
    os._exit(STOPPED)


def lines(descriptor: int) -> Iterator[bytes]:
    """The requests, one per line; nothing is read ahead, since `_supervise` has to see the next one."""
    line = b""
    while byte := os.read(descriptor, 1):
        line += byte
        if byte == b"\n":
            yield line
            line = b""


def main() -> None:
    """Serve on stdin and stdout, after putting both out of the notebook's reach."""
    requests, out = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    with problems_told(out):
        WarmProcess(requests, out, forks="--fork" in sys.argv).serve()


if __name__ == "__main__":
    main()
