"""What the server does beside answering: one process at a time that judges again, or writes the class's files
again.
"""

from __future__ import annotations

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
from typing import Any

AGAIN_S = 3.0  # until files are written again that could not be, because another process was writing
SETTLE_S = 0.5  # decisions come in rows: the files are written once for several


@dataclass(frozen=True)
class Job:
    """What is to be done: judge these attempts again, if any, then write the files that have changed.

    Attributes:
        book: a path or a database URL; `root`: the course's folder.
    """

    out: str
    book: str
    root: str
    attempts: tuple[int, ...] = ()


@dataclass(frozen=True)
class Came:
    """What came of it: how many were judged, sentences on those that could not be, whether it was stopped."""

    judged: int
    problems: tuple[str, ...] = ()
    stopped: bool = False


@dataclass(frozen=True)
class Doing:
    """What is being done: `what` is judging, writing, waiting, or "" for nothing; `began` is by the monotonic
    clock.
    """

    what: str = ""
    done: int = 0
    total: int = 0
    began: float = 0.0
    title: str = ""


@dataclass(frozen=True)
class Ended:
    """What came of the last thing that somebody asked for: a sentence, more of them, and whether it went
    well; counted.
    """

    number: int = 0
    text: str = ""
    more: tuple[str, ...] = ()
    well: bool = True
    at: float = 0.0

    @property
    def recent(self) -> bool:
        """Whether it is still to be shown: longer if something went wrong."""
        return self.number > 0 and time.monotonic() - self.at < (60 if self.well else 600)


class BackgroundWork:
    """Runs what is asked for in the background; ends with `close`.

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
        self.doing, self.ended = Doing(), Ended()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def judge(self, attempts: Sequence[int], title: str) -> bool:
        """Judge these attempts again; whether it will be done: not while others are being judged."""
        with self._wake:
            if self._closing or self._wanted or self._judging:
                return False
            self._wanted = (tuple(attempts), title)
            self.doing = Doing("judging", 0, len(attempts), time.monotonic(), title)
            self._wake.notify()
            return True

    def stale(self) -> None:
        """The class's files are to be written again."""
        with self._wake:
            self._stale_since = time.monotonic()
            self._wake.notify()

    def stop(self) -> None:
        """Finish what is being judged and begin nothing else."""
        with self._wake:
            if self._wanted:
                self._wanted, self.doing = None, Doing()
            if self._process is not None and self._judging:
                self._stopping = True  # before it listens to SIGINT it has nothing to finish
                self._process.send_signal(signal.SIGINT if self._heard else signal.SIGTERM)

    def close(self) -> bool:
        """Stop judging, write what is to be written, and end; whether the files are as the gradebook has it."""
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
                self.doing = Doing(what, 0, len(attempts), time.monotonic(), title)
                self._judging, self._heard, self._stopping = bool(attempts), False, False
                self._process = process = self._begin()
            said = self._listen(process, attempts)
            with self._wake:
                self._process, self._judging = None, False
                self.doing = Doing()
                self._behind = "came" not in said and (self._behind or stale is not None)
                if said.get("held") or (attempts and self._behind):
                    self._stale_since = self._stale_since or (stale and time.monotonic() + AGAIN_S)
                if said.get("held") and not attempts:
                    self.doing = Doing("waiting", title=str(said["problem"]))
                elif ended := _ended(said, title, bool(attempts), process.returncode, self._stopping):
                    self.ended = replace(ended, number=self.ended.number + 1, at=time.monotonic())
                if last:
                    return

    def _due(self) -> bool:
        return self._stale_since is not None and time.monotonic() - self._stale_since >= SETTLE_S

    def _begin(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "grader.web.regrade"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,  # Ctrl-C is for us
        )  # fmt: skip

    def _listen(self, process: subprocess.Popen[str], attempts: tuple[int, ...]) -> dict[str, Any]:
        """The last word of a process, when it has ended."""
        job = Job(str(self._out), self._book, str(self._root), attempts)
        said: dict[str, Any] = {}
        assert process.stdin is not None and process.stdout is not None
        with process, process.stdout:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.write(json.dumps(asdict(job)))
                process.stdin.close()
            for line in process.stdout:
                said, self._heard = json.loads(line), True
                if "what" in said:
                    self.doing = replace(
                        self.doing, what=said["what"], done=said["done"], total=said["total"]
                    )
        return said


def _ended(last: dict[str, Any], title: str, judged: bool, code: int, stopped: bool) -> Ended | None:
    """What to say of a process that has ended; of files that were written nothing."""
    if "came" in last:
        came = Came(**last["came"])
        if not judged:
            return None
        count = "1 notebook" if came.judged == 1 else f"{came.judged} notebooks"
        before = " It was stopped before it was through; nothing is lost." if came.stopped else ""
        return Ended(0, f"{title}: {count} judged again.{before}", tuple(came.problems), not came.problems)
    if "problem" in last:
        what = (
            f"{title}: nothing was judged"
            if judged
            else "The files in the output folder could not be written"
        )
        return Ended(0, f"{what}. {last['problem']}", well=False)
    if stopped:
        return Ended(0, f"{title}: it was stopped before it began; nothing is lost.")
    what = title if judged else "Writing the files in the output folder"
    return Ended(
        0, f"{what}: our failure, the process ended with code {code}; what it had judged is kept.", well=False
    )
