"""The warm process seen from outside: one check at a time, each in a fresh namespace; it can be stopped."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from msgspec import convert

import grader
from grader.core.course import Exercise
from grader.core.report import QuestionResult

FORKS = sys.platform == "linux"  # macOS has fork, but its own libraries may not survive it
GRACE_S = 5.0
STOPPED = "stopped"  # the reason for ending a check that is no longer wanted
Tell = Callable[[str], None]


@dataclass(frozen=True)
class CheckRequest:
    """A line to the warm process: "warm", "check" or "stop", the files, and what a cell or call may take."""

    do: str
    notebook: str = ""
    suite: str = ""
    cell_s: float = 0.0
    call_s: float = 0.0


@dataclass(frozen=True)
class Verdict:
    """What a check gave: the questions, or in `problem` why there are none; `stopped` if it was cut short."""

    slug: str
    questions: tuple[QuestionResult, ...] = ()
    errors: tuple[tuple[int, str], ...] = ()
    sha256: str = ""
    problem: str = ""
    stopped: bool = False
    seconds: float = 0.0


@dataclass(frozen=True)
class Answer:
    """A line from the warm process: which cell or call it is `at`, a verdict, or that a check has `ended`."""

    at: str = ""
    verdict: Verdict | None = None
    ended: int | None = None


class Checker:
    """Keeps a process warm and checks one notebook after another with it.

    Args:
        forks: whether the process forks for each check, or ends with it and is replaced by the next.
        limit_s: what a check may take; by default as much as the exercise allows.
    """

    def __init__(self, forks: bool = FORKS, limit_s: float | None = None) -> None:
        self.forks, self.limit_s = forks, limit_s
        self._lock = threading.Lock()
        self._process = self._start()
        self._busy = False
        self._reason = ""

    def _start(self) -> subprocess.Popen[bytes]:
        home = str(Path(grader.__file__).resolve().parents[1])
        path = os.pathsep.join(filter(None, [home, os.environ.get("PYTHONPATH", "")]))
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "grader.student.watch.process", *(["--fork"] if self.forks else [])],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
            start_new_session=True,  # Ctrl-C is for the caller; Windows has the flag below
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )  # fmt: skip

    def warm(self, exercise: Exercise) -> None:
        """Have everything ready that this exercise needs; returns at once."""
        self._send("warm", exercise)

    def check(self, exercise: Exercise, tell: Tell = lambda where: None) -> Verdict:
        """Check the exercise's notebook; `tell` hears which cell or call is being run."""
        begun = time.monotonic()
        with self._lock:
            self._busy, self._reason = True, ""
        limit_s = self.limit_s or exercise.limits.submission_cpu_s
        timers = [
            threading.Timer(limit_s, self.stop, [f"it still ran after {limit_s:g} s"]),
            threading.Timer(limit_s + GRACE_S, self._kill),
        ]
        for timer in timers:
            timer.daemon = True
            timer.start()
        try:
            verdict = self._ask(exercise, tell)
        finally:
            for timer in timers:
                timer.cancel()
            with self._lock:
                self._busy = False
        stopped = self._reason == STOPPED and not verdict.questions
        return replace(verdict, slug=exercise.slug, stopped=stopped, seconds=time.monotonic() - begun)

    def _ask(self, exercise: Exercise, tell: Tell) -> Verdict:
        """The verdict, or one that says why none came."""
        verdict, where, code = None, "", None
        self._send("check", exercise)
        process = self._process
        assert process.stdout is not None
        for line in process.stdout:
            answer = convert(json.loads(line), Answer)
            verdict, code = answer.verdict or verdict, answer.ended
            if answer.at:
                where = answer.at
                tell(where)
            if code is not None:
                break
        else:
            code = process.wait()
            with self._lock:
                self._process = self._start()
            self.warm(exercise)
        return verdict or Verdict(exercise.slug, problem=_why(self._reason, where, code))

    def _send(self, do: str, exercise: Exercise | None = None) -> None:
        request = CheckRequest(do)
        if exercise is not None:
            files = str(exercise.notebook.resolve()), str(exercise.visible_suite.resolve())
            request = CheckRequest(do, *files, exercise.limits.cell_cpu_s, exercise.limits.call_cpu_s * 2)
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # if it has died, that is noticed while waiting for its answer
            self._process.stdin.write((json.dumps(asdict(request)) + "\n").encode())
            self._process.stdin.flush()

    def stop(self, reason: str = STOPPED) -> None:
        """End the check that runs now, if one does."""
        with self._lock:
            if not self._busy or self._reason:
                return
            self._reason = reason
            if self.forks:
                self._send("stop")
            else:
                self._kill()

    def _kill(self) -> None:
        with contextlib.suppress(OSError):
            if sys.platform == "win32":
                self._process.kill()
            else:
                os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        """End the process and all that runs in it."""
        self._kill()
        with contextlib.suppress(OSError), self._process:
            pass  # which closes its pipes and waits for it


def _why(reason: str, where: str, code: int) -> str:
    place = f"in {where}" if where else "while getting ready"
    if reason:
        return f"{reason}, {place}; is there a loop that never ends?"
    if not where:
        return f"the checking process could not start (exit code {code}); `grader check` may say why"
    if code == -9:
        return f"the system ended the notebook {place}; does it fill the memory?"
    return f"the notebook ended its own process {place} (exit code {code}); take the exit out"
