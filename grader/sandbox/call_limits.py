"""The limits of one cell or call, kept by the judge while it waits for the answer."""

from __future__ import annotations

import time
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from grader.core.report import Status
from grader.sandbox.homes import takes_more
from grader.sandbox.inside.family import waited

if TYPE_CHECKING:
    from grader.sandbox.forkserver import Worker

LOOK_S = 0.25  # for at most this long the judge waits on the worker's data socket before it looks
# The share of the time that counts as waiting at most: always looking busy buys ten times the limit.
MOST_WAITED = 0.9
GRACE_S = 1.0  # for a cell that was interrupted: to end, as Jupyter's stop button lets it
FILES_SHARE = 0.1  # of the judge's time goes into counting files, at most


@dataclass(frozen=True)
class Allowance:
    """What one cell or call may use, and with it all that the notebook has left.

    Attributes:
        little_cpu: the CPU limit is a share of what was left; `little_time`: so is the limit of time.
        users: what follows the message if others have used the notebook's time.
        interrupts: at the limit of time interrupt it first, and stop the worker only if that is ignored.
    """

    cpu_s: float
    wall_s: float
    left_cpu_s: float = inf
    left_s: float = inf
    little_cpu: bool = False
    little_time: bool = False
    users: str = ""
    interrupts: bool = False


class Clock:
    """Measures a worker and keeps it within what its present cell or call may use.

    It is cheap while the worker answers quickly, exact when it does not. Time for which others had the cores
    does not count, neither while the worker was ready to run nor while the judge was; nor does what a look
    takes.

    The first thing that it measures is one cell, unless something else is started.

    Attributes:
        cpu_s: CPU time of the worker's family, as of the last look.
        taken_s: how long the judge has waited for it, as of the last look.
        interrupted: why the present cell was interrupted, or "".
    """

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.cpu_s = self.taken_s = self.interrupted_s = 0.0
        self.interrupted = ""
        self._waited_s, self._here_s = 0.0, waited("thread-self")
        self._unseen_s = 0.0  # waited for answers since the last look, before the present call
        self._looked = time.monotonic()
        self._files_at = 0.0  # when the files are to be counted next
        limits = worker.limits
        self.start(Allowance(limits.cell_cpu_s, limits.wall_s(limits.cell_cpu_s)))

    def start(self, allowance: Allowance) -> None:
        """Begin a cell or a call."""
        self.allowance, self.interrupted = allowance, ""
        self._begun = self._mark = time.monotonic()
        self._own_s, self._known_cpu_s, self._cpu_before = 0.0, self.cpu_s, -1.0

    def stop(self) -> None:
        """The answer is there."""
        self._unseen_s += time.monotonic() - self._mark

    def look(self) -> None:
        """Interrupt or kill the worker if it is over a limit.

        Raises:
            WorkerGone: it was over one, or it has ended.
        """
        begun = time.monotonic()
        used, here_s = self.worker.usage(), waited("thread-self")
        in_call_s = begun - self._mark
        held_up_s = used["waited_s"] - self._waited_s + here_s - self._here_s
        since_s = self._unseen_s + in_call_s
        counted_s = max(since_s - held_up_s, (1 - MOST_WAITED) * since_s)
        self.taken_s += counted_s
        self._own_s += min(counted_s, in_call_s)
        self.cpu_s = max(self.cpu_s, used["cpu_s"])
        self._waited_s, self._here_s, self._unseen_s = used["waited_s"], here_s, 0.0
        if self._cpu_before < 0:
            self._cpu_before = max(self._known_cpu_s, self.cpu_s - (begun - self._begun))
        try:
            self._judge(used["memory_mb"])
        finally:
            self._looked = self._mark = time.monotonic()

    def _judge(self, memory_mb: float) -> None:
        limits, allowed, grace_s = self.worker.limits, self.allowance, GRACE_S * bool(self.interrupted)
        cpu_s, wall_s = allowed.cpu_s + grace_s, allowed.wall_s + grace_s
        most_mb, files_mb = 1.25 * limits.memory_mb, 2 * limits.tmp_mb
        too_slow = f"it used more than {allowed.cpu_s:g} s of CPU time"
        if allowed.little_cpu:
            too_slow = f"it used more than a fair share of the CPU time that was left{allowed.users}"
        too_late = f"it did not answer within {allowed.wall_s:g} s"
        if allowed.little_time:
            too_late = f"it did not answer within a fair share of the time that was left{allowed.users}"
        for over, status, detail in (
            (memory_mb > most_mb, Status.OUT_OF_MEMORY, f"it used {memory_mb:.0f} MB of memory"),
            (self._too_many_files(files_mb), Status.OUT_OF_MEMORY,
             f"its files took more than {files_mb} MB, or were too many"),
            (self.cpu_s - self._cpu_before > cpu_s, Status.TIMED_OUT, too_slow),
            (self.cpu_s - self._known_cpu_s > allowed.left_cpu_s, Status.TIMED_OUT,
             limits.all_cpu_used() + allowed.users),
            (self._own_s > allowed.left_s, Status.TIMED_OUT, limits.all_time_used() + allowed.users),
            (self._own_s > wall_s, Status.TIMED_OUT, too_late),
        ):  # fmt: skip
            if over and status == Status.TIMED_OUT and allowed.interrupts and not self.interrupted:
                self.interrupted = detail
                self.worker.interrupt()
                return
            if over:
                raise self.worker.stop(status, self.interrupted or detail)

    def _too_many_files(self, size_mb: float) -> bool:
        """Whether the worker's home holds too much; deep folders take long to count, so not at every look."""
        begun = time.monotonic()
        if self.worker.home is None or begun < self._files_at:
            return False
        too_many = takes_more(self.worker.home, size_mb)
        self._files_at = begun + (time.monotonic() - begun) / FILES_SHARE
        return too_many

    def send(self, frame: bytes) -> None:
        """Send a whole frame."""
        view = memoryview(frame)
        while view:
            try:
                view = view[self.worker.data.send(view) :]
            except BlockingIOError:
                self.look()

    def receive(self, most: int) -> bytes:
        """At most so many bytes, once some have arrived; looks if it is time, however quickly answers come.

        Raises:
            OSError: the worker has hung up.
        """
        if time.monotonic() - self._looked > LOOK_S:
            self.look()
        while True:
            try:
                chunk = self.worker.data.recv(most)
            except BlockingIOError:
                self.look()
                continue
            if not chunk:
                raise OSError("hung up")
            return chunk
