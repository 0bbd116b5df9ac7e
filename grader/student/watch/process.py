"""The warm process: everything imported and collected, one check in each fork of it, or one check and it
ends.

Requests come as lines of JSON on stdin, answers go as lines of JSON to stdout:

    {"do": "warm", "notebook": …, "suite": …}      imports and collects what this exercise needs; no answer
    {"do": "check", …, "cell_s": …, "call_s": …}   {"at": …} …, then {"questions": …} or {"problem": …}, then
    {"ended": code} {"do": "stop"}                                 ends the check that runs, if one does

Forking is how a notebook gets a fresh namespace at once. Where it is not safe (macOS) or not there (Windows),
the process itself runs the one check that it gets, and the caller keeps another one ready.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from grader.core.errors import GraderError
from grader.core.notebook import Notebook, UnreadableNotebook, read_notebook
from grader.core.report import Status
from grader.engine.local import LocalChannel
from grader.engine.selfcheck import SEED, at_home, by_the_rules, run_cells
from grader.sandbox.inside.shell import make_shell
from grader.suite.calls import CallText
from grader.suite.failures import Died
from grader.suite.remote_student import Respond, Student
from grader.suite.session import SuiteSession

SLOW_IMPORTS = ("torch", "matplotlib.pyplot")  # imported before the fork, if the notebook asks for them
TOLD_AT_MOST = 5_000
STOPPED = 9


class TookTooLong(BaseException):
    """Raised inside the student's code when its time is up; no `except Exception` of the student's stops it."""


class Bench:
    """What is kept warm: a shell that has run nothing, the suites, the imports."""

    def __init__(self) -> None:
        self.shell = make_shell()
        self._suites: dict[str, tuple[int, SuiteSession]] = {}

    def suite(self, path: str) -> SuiteSession:
        """The suite at `path`, collected anew if its file has changed.

        Raises:
            GraderError: it cannot be collected.
        """
        stamp = os.stat(path).st_mtime_ns
        known = self._suites.get(path)
        if known is None or known[0] != stamp:
            if known is not None:
                known[1].close()
            known = self._suites[path] = stamp, SuiteSession(Path(path))
        return known[1]

    def warm(self, notebook: Notebook) -> None:
        """Import what is slow and what the notebook asks for; its own code is not run."""
        text = "\n".join(source for _, source in notebook.cells)
        for name in SLOW_IMPORTS:
            if re.search(rf"(?m)^\s*(import|from)\s.*\b{name.split('.')[0]}\b", text):
                with contextlib.suppress(Exception):  # the notebook's own import will say what is wrong
                    import_module(name)


class Teller:
    """Says where the check is: lines of JSON for the caller, and the time that each step may take."""

    def __init__(self, out: int) -> None:
        self._out = out
        self._told = 0

    def send(self, **message: Any) -> None:
        data = (json.dumps(message) + "\n").encode()
        while data:
            data = data[os.write(self._out, data) :]

    @contextlib.contextmanager
    def step(self, where: str, most_s: float) -> Iterator[None]:
        """One cell or call; from `most_s` seconds on, `TookTooLong` is raised in it where the system can do
        that.
        """
        self._told += 1
        if self._told < TOLD_AT_MOST or self._told % 100 == 0:
            self.send(at=where)
        if not hasattr(signal, "setitimer"):
            yield
            return
        signal.setitimer(signal.ITIMER_REAL, most_s)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)


class TimedChannel(LocalChannel):
    """A namespace of this process, where a call that does not end costs only itself."""

    def __init__(self, shell: Any, teller: Teller, most_s: float) -> None:
        super().__init__(shell)
        self._teller, self._most_s = teller, most_s

    def exchange(self, frame: bytes, call: CallText, respond: Respond) -> tuple[bytes, bytes]:
        _place.clear()
        with contextlib.suppress(TookTooLong), self._teller.step(f"`{call}`", self._most_s):
            answer = super().exchange(frame, call, respond)
        if _place:
            text = f"stopped after {self._most_s:g} s{_place[0]}; is there a loop that never ends?"
            raise Died(str(call), Status.TIMED_OUT, text)
        return answer


_place: list[str] = []  # where the notebook was when its time was up, by the signal's handler


def _time_is_up(_: int, frame: Any) -> None:
    while frame is not None and not frame.f_code.co_filename.startswith("<cell "):
        frame = frame.f_back
    _place[:] = [f" in cell {frame.f_code.co_filename[6:-1]}, line {frame.f_lineno}" if frame else ""]
    raise TookTooLong(f"still running after its time was up{_place[0]}; is there a loop that never ends?")


def run_check(
    bench: Bench, request: dict[str, Any], notebook: Notebook, suite: SuiteSession, teller: Teller
) -> None:
    """Run the notebook and the suite here, and send the verdict."""
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, _time_is_up)
    with at_home(Path(request["notebook"]).parent):
        errors = run_cells(bench.shell, notebook.cells, lambda where: teller.step(where, request["cell_s"]))
        channel = TimedChannel(bench.shell, teller, request["call_s"])
        questions = by_the_rules(suite.run(Student(channel), SEED), suite.suite, notebook.cells)
    teller.send(questions=[asdict(question) for question in questions], errors=errors, sha256=notebook.sha256)


def serve(requests: int, out: int, forks: bool) -> None:
    """Answer requests until there are no more; without forks, until one check is done."""
    bench, teller = Bench(), Teller(out)
    for request in lines(requests):
        if request["do"] == "stop":  # for a check that has ended by itself meanwhile
            continue
        problem = ""
        try:
            notebook, suite = read_notebook(Path(request["notebook"])), bench.suite(request["suite"])
            bench.warm(notebook)
        except (UnreadableNotebook, GraderError, OSError) as error:
            problem = str(error)
        except Exception as error:
            problem = f"our failure, not yours: {type(error).__name__}: {error}"
        if request["do"] == "warm":
            continue
        if problem:
            teller.send(problem=problem)
            teller.send(ended=0)
        elif forks:
            pid = os.fork()
            if pid == 0:
                _leave(partial(run_check, bench, request, notebook, suite, teller), teller, requests)
            teller.send(ended=_supervise(pid, requests))
        else:
            threading.Thread(target=_end_with_the_caller, args=(requests,), daemon=True).start()
            _leave(partial(run_check, bench, request, notebook, suite, teller), teller)


def _leave(work: Callable[[], None], teller: Teller, *unneeded: int) -> None:
    """Do the work and end this process, whatever happens."""
    code = 70
    try:
        if unneeded:
            os.setpgid(0, 0)
            _be_the_first_to_go()
        for descriptor in unneeded:
            os.close(descriptor)
        work()
        code = 0
    except GraderError as error:
        teller.send(problem=str(error))
    except Exception as error:
        teller.send(problem=f"our failure, not yours: {type(error).__name__}: {error}")
    finally:
        os._exit(code)


def _be_the_first_to_go() -> None:
    """Where memory runs out, it is the check that ends, not the student's browser."""
    import resource

    with contextlib.suppress(OSError, ValueError):
        most = int(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") * 0.75)
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
        Path("/proc/self/oom_score_adj").write_text("1000")


def _supervise(pid: int, requests: int) -> int:
    """Wait for a check to end, or end it when told to; its exit code, or minus the signal's number."""
    import select

    code = None
    try:
        while True:
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                code = os.waitstatus_to_exitcode(status)
                return code
            if select.select([requests], [], [], 0.005)[0]:  # a stop, or the end of the caller
                return -STOPPED
    finally:
        with contextlib.suppress(OSError):  # with all that the notebook has started
            os.killpg(pid, signal.SIGKILL)
        if code is None:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _end_with_the_caller(requests: int) -> None:
    os.read(requests, 1)
    os._exit(STOPPED)


def lines(descriptor: int) -> Iterator[dict[str, Any]]:
    """The requests, one a line, read no further than they go: what follows is left for `_supervise` to see."""
    line = b""
    while byte := os.read(descriptor, 1):
        if byte != b"\n":
            line += byte
            continue
        yield json.loads(line)
        line = b""


def main() -> None:
    """Serve on stdin and stdout, after putting both out of the notebook's reach."""
    requests, out = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    warnings.simplefilter(
        "ignore"
    )  # "multi-threaded, use of fork": the suites' threads hold nothing, they only wait
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        serve(requests, out, forks="--fork" in sys.argv)
    except Exception as error:
        Teller(out).send(problem=f"our failure, not yours: {type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
