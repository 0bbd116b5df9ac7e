"""The warm process as its caller sees it: one check at a time, each in a fresh namespace, stopped when it
must be.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec import convert

import grader
from grader.core.course import Exercise
from grader.core.report import QuestionResult

FORKS = sys.platform == "linux"  # macOS has fork, but its own libraries may not survive it
GRACE_S = 5.0
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Verdict:
    """What a check gave: the questions, or in `problem` why there are none; `stopped` if it was not let
    finish.
    """

    slug: str
    questions: tuple[QuestionResult, ...] = ()
    errors: tuple[tuple[int, str], ...] = ()
    sha256: str = ""
    problem: str = ""
    stopped: bool = False
    seconds: float = 0.0


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
        apart: dict[str, Any] = {"start_new_session": True}  # Ctrl-C is for the caller
        if sys.platform == "win32":
            apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "grader.student.watch.process", *(["--fork"] if self.forks else [])],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": path},
            **apart,
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
            answer, where, code = self._ask(exercise, tell)
        finally:
            for timer in timers:
                timer.cancel()
            with self._lock:
                self._busy = False
        seconds = time.monotonic() - begun
        if "questions" in answer:
            questions = convert(answer["questions"], tuple[QuestionResult, ...])
            errors = tuple((number, text) for number, text in answer["errors"])
            return Verdict(exercise.slug, questions, errors, answer["sha256"], seconds=seconds)
        problem = answer.get("problem") or _why(self._reason, where, code)
        return Verdict(exercise.slug, problem=problem, stopped=self._reason == "stopped", seconds=seconds)

    def _ask(self, exercise: Exercise, tell: Tell) -> tuple[dict[str, Any], str, int]:
        answer: dict[str, Any] = {}
        where, code = "", 0
        self._send("check", exercise)
        process = self._process
        assert process.stdout is not None
        for line in process.stdout:
            message = json.loads(line)
            if "at" in message:
                where = message["at"]
                tell(where)
            elif "ended" in message:
                return answer, where, message["ended"]
            else:
                answer = message
        code = process.wait()
        with self._lock:
            self._process = self._start()
        self.warm(exercise)
        return answer, where, code

    def _send(self, what: str, exercise: Exercise | None = None) -> None:
        request: dict[str, Any] = {"do": what}
        if exercise is not None:
            limits = exercise.limits
            request |= {
                "notebook": str(exercise.notebook.resolve()),
                "suite": str(exercise.visible_suite.resolve()),
            }
            request |= {"cell_s": limits.cell_cpu_s, "call_s": limits.call_cpu_s * 2}
        stdin = self._process.stdin
        assert stdin is not None
        with contextlib.suppress(OSError):  # it has died: whoever waits for its answer sees that
            stdin.write((json.dumps(request) + "\n").encode())
            stdin.flush()

    def stop(self, reason: str = "stopped") -> None:
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
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()


def _why(reason: str, where: str, code: int) -> str:
    place = f"in {where}" if where else "while getting ready"
    if reason:
        return f"{reason}, {place}; is there a loop that never ends?"
    if not where:
        return f"the checking process could not begin (exit code {code}); `grader check` may say why"
    if code == -9:
        return f"the notebook was ended by the system {place}; does it fill the memory?"
    return f"the notebook ended its own process {place} (exit code {code}); take the exit out"
