"""How far grading is: the server's own, or a `grader grade` in another process, told by the gradebook."""

import contextlib
import os
import time
from dataclasses import dataclass
from pathlib import Path

from grader.core.course import Course
from grader.term.gradebook import Gradebook
from grader.term.gradebook.history import batch_progress
from grader.web.background import BackgroundWork

LOOK_S = 0.5


@dataclass(frozen=True)
class JudgingProgress:
    """What is going on: a word for it ("" for nothing), a sentence, how far, and the seconds left if known.

    Attributes:
        ours: whether it can be stopped from here.
    """

    what: str = ""
    text: str = ""
    done: int = 0
    total: int = 0
    left_s: float | None = None
    ours: bool = False


class ProgressWatch:
    """Looks at what is done here and elsewhere; what is elsewhere is timed from when it was first seen."""

    def __init__(self, out: Path, book: Gradebook, work: BackgroundWork) -> None:
        self.out, self._book, self._work = out, book, work
        self._first: tuple[tuple[int, str], float, int] | None = None
        self._looked: tuple[float, JudgingProgress] = (0.0, JudgingProgress())

    def progress(self, course: Course) -> JudgingProgress:
        """What is going on now."""
        doing = self._work.doing
        if doing.what == "judging":
            text = f"{doing.title}: grading {doing.done} of {doing.total}"
            left_s = _left_s(time.monotonic() - doing.began, doing.done, doing.total)
            return JudgingProgress("judging", text, doing.done, doing.total, left_s, True)
        if doing.what == "writing":
            text = "Writing the files in the output folder again"
            return JudgingProgress("writing", text, doing.done, doing.total)
        if doing.what == "waiting":
            return JudgingProgress(
                "waiting", f"The files in the output folder will be written later: {doing.title}"
            )
        at, seen = self._looked
        if time.monotonic() - at > LOOK_S:
            seen = self._elsewhere(course)
            self._looked = (time.monotonic(), seen)
        return seen

    def _elsewhere(self, course: Course) -> JudgingProgress:
        holder = held_by(self.out)
        if holder is None:
            self._first = None
            return JudgingProgress()
        begun, done, total = batch_progress(self._book, course)
        batch = (holder, begun)
        if self._first is None or self._first[0] != batch:
            self._first = (batch, time.monotonic(), done)
        _, since, before = self._first
        left_s = _left_s(time.monotonic() - since, done - before, total - before)
        if done == total:
            return JudgingProgress(
                "elsewhere", f"Process {holder} is writing to the output folder", done, total
            )
        text = f"Process {holder} is grading: {done} of {total} are done"
        return JudgingProgress("elsewhere", text, done, total, left_s)


def held_by(out: Path) -> int | None:
    """The other process that is writing to the output folder, if there is one."""
    import fcntl

    with contextlib.suppress(OSError, ValueError), (out / ".lock").open() as stream:
        holder = int(stream.read().strip() or 0)
        if not holder or holder == os.getpid() or not Path(f"/proc/{holder}").exists():
            return None  # a process that is just starting must not find us holding the lock
        try:
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return holder
        fcntl.flock(stream, fcntl.LOCK_UN)
    return None


def _left_s(gone_s: float, done: int, total: int) -> float | None:
    return gone_s / done * (total - done) if done > 0 and total > done else None
