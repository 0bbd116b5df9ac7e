"""What the server does besides answering: one process at a time, to grade again or write the files."""

import contextlib
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TypedDict

AGAIN_S = 3.0  # before files are written again that another process was writing
SETTLE_S = 0.5  # decisions come in rows: the files are written once for several


@dataclass(frozen=True)
class Job:
    """What to do: grade these attempts again, if any, then write the files that have changed.

    Attributes:
        book: a path or a database URL; `root`: the course's folder.
    """

    out: str
    book: str
    root: str
    attempts: tuple[int, ...] = ()


@dataclass(frozen=True)
class JobResult:
    """How many notebooks were graded, a sentence on each that could not be, whether it was stopped."""

    graded: int
    problems: tuple[str, ...] = ()
    stopped: bool = False


class JobMessage(TypedDict, total=False):
    """A line from the process: how far it is, or its last one, with the result or the problem."""

    what: str
    done: int
    total: int
    result: dict[str, object]
    problem: str
    held: bool


@dataclass(frozen=True)
class CurrentJob:
    """What is being done: judging, writing, waiting or "", and since when by the monotonic clock."""

    what: str = ""
    done: int = 0
    total: int = 0
    began: float = 0.0
    title: str = ""


@dataclass(frozen=True)
class LastJob:
    """What came of the last job that somebody asked for: sentences, and whether it went well."""

    number: int = 0
    text: str = ""
    more: tuple[str, ...] = ()
    well: bool = True
    at: float = 0.0

    @property
    def recent(self) -> bool:
        """Whether it is still shown: longer if something went wrong."""
        return self.number > 0 and time.monotonic() - self.at < (60 if self.well else 600)


class BackgroundWork:
    """Runs jobs one after the other in the background; ends with `close`.

    Args:
        out, book, root: the output folder, the gradebook's path or URL, the course's folder.
    """

    def __init__(self, out: Path, book: str, root: Path) -> None:
        self._out, self._book, self._root = out, book, root
        self._wake = threading.Condition()
        self._wanted: tuple[tuple[int, ...], str] | None = None
        self._stale_since: float | None = None
        self._process: subprocess.Popen[str] | None = None
        self._judging = self._heard = self._stopping = self._closing = self._behind = False
        self.doing, self.ended = CurrentJob(), LastJob()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def judge(self, attempts: Sequence[int], title: str) -> bool:
        """Grade these attempts again; False if others are being graded."""
        with self._wake:
            if self._closing or self._wanted or self._judging:
                return False
            self._wanted = (tuple(attempts), title)
            self.doing = CurrentJob("judging", 0, len(attempts), time.monotonic(), title)
            self._wake.notify()
            return True

    def stale(self) -> None:
        """Write the class's files again, soon."""
        with self._wake:
            self._stale_since = time.monotonic()
            self._wake.notify()

    def stop(self) -> None:
        """Finish the notebooks that are being graded and begin no others."""
        with self._wake:
            if self._wanted:
                self._wanted, self.doing = None, CurrentJob()
            if self._process is not None and self._judging:
                self._stopping = True  # before it listens to SIGINT it has nothing to finish
                self._process.send_signal(signal.SIGINT if self._heard else signal.SIGTERM)

    def close(self) -> bool:
        """Stop grading, write what is to be written, and end; whether the files are up to date."""
        self.stop()
        with self._wake:
            self._closing = True
            self._wake.notify()
        try:
            self._thread.join()
        except KeyboardInterrupt:  # a second Ctrl-C: at once
            if self._process is not None:
                self._process.kill()
            self._thread.join()
            return False
        return not self._behind

    def _run(self) -> None:
        while True:
            with self._wake:
                while not (self._closing or self._wanted or self._due()):
                    self._wake.wait(None if self._stale_since is None else SETTLE_S)
                last = self._closing
                if last and self._stale_since is None:
                    return
                (attempts, title), self._wanted = self._wanted or ((), ""), None
                stale, self._stale_since = self._stale_since, None
                what = "judging" if attempts else "writing"
                self.doing = CurrentJob(what, 0, len(attempts), time.monotonic(), title)
                self._judging, self._heard, self._stopping = bool(attempts), False, False
                self._process = process = _begun()
            told = self._listen(process, attempts)
            with self._wake:
                self._process, self._judging = None, False
                self.doing = CurrentJob()
                self._behind = "result" not in told and (self._behind or stale is not None)
                held = told.get("held", False)
                if held or (attempts and self._behind):
                    self._stale_since = self._stale_since or (stale and time.monotonic() + AGAIN_S)
                if held and not attempts:
                    self.doing = CurrentJob("waiting", title=told["problem"])
                elif ended := _ended(told, title, process.returncode, self._stopping):
                    self.ended = replace(ended, number=self.ended.number + 1, at=time.monotonic())
                if last:
                    return

    def _due(self) -> bool:
        return self._stale_since is not None and time.monotonic() - self._stale_since >= SETTLE_S

    def _listen(self, process: subprocess.Popen[str], attempts: tuple[int, ...]) -> JobMessage:
        """The last message of a process, when it has ended."""
        job = Job(str(self._out), self._book, str(self._root), attempts)
        told = JobMessage()
        assert process.stdin is not None and process.stdout is not None
        with process, process.stdout:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.write(json.dumps(asdict(job)))
                process.stdin.close()
            for line in process.stdout:
                told, self._heard = json.loads(line), True
                if "what" in told:
                    self.doing = replace(self.doing, **told)
        return told


def _begun() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "grader.web.regrade"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,  # Ctrl-C is for us
    )  # fmt: skip


def _ended(told: JobMessage, title: str, code: int, stopped: bool) -> LastJob | None:
    """What to say of a process that has ended; nothing if it wrote the files and had no title."""
    if "result" in told:
        result = JobResult(**told["result"])  # type: ignore[arg-type]
        count = "1 notebook" if result.graded == 1 else f"{result.graded} notebooks"
        early = " It was stopped early; nothing is lost." if result.stopped else ""
        text = f"{title}: {count} graded again.{early}"
        return LastJob(0, text, tuple(result.problems), not result.problems) if title else None
    if "problem" in told:
        what = (
            f"{title}: nothing was graded" if title else "The files in the output folder could not be written"
        )
        return LastJob(0, f"{what}. {told['problem']}", well=False)
    if stopped:
        return LastJob(0, f"{title}: stopped before it began; nothing is lost.")
    what = title or "Writing the files in the output folder"
    why = f"our failure, the process ended with code {code}; what it had graded is kept"
    return LastJob(0, f"{what}: {why}.", well=False)
