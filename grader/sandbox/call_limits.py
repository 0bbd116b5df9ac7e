"""The limits of one call, kept by the judge while it waits for the answer."""

from __future__ import annotations

import time
from math import inf
from typing import TYPE_CHECKING

from grader.core.report import Status
from grader.sandbox.homes import takes_more

if TYPE_CHECKING:
    from grader.sandbox.forkserver import Worker

LOOK_S = 0.25  # for at most this long the judge waits on the worker's data socket before it looks
# The share of a call's time that counts as waiting at most: always looking busy buys ten times the limit.
MOST_WAITED = 0.9


class Clock:
    """The limits of one call, however many frames it takes, and of what the submission has left.

    It is cheap while the worker answers quickly, exact when it does not. `waited_s` is how long others had
    the cores in this call: no limit of the notebook's counts that.
    """

    def __init__(self, worker: Worker, cpu_s: float, left_cpu_s: float = inf, left_s: float = inf) -> None:
        self.worker = worker
        self.cpu_s, self.left_cpu_s, self.left_s = cpu_s, left_cpu_s, left_s
        self.begun = time.monotonic()
        self.used_before: dict[str, float] = {}  # CPU and waiting time, as far as they can be told apart
        self.waited_s = 0.0

    def look(self) -> None:
        """Kill the worker if it is over a limit.

        Raises:
            WorkerGone: it was over one, or it has ended.
        """
        limits, now = self.worker.limits, time.monotonic()
        self.worker.looked = now
        used = self.worker.usage()
        before = self.used_before or {
            name: max(0.0, used[name] - (now - self.begun)) for name in ("cpu_s", "waited_s")
        }
        self.used_before = before
        waited_s = max(
            self.waited_s, used["waited_s"] - before["waited_s"]
        )  # what has ended no longer counts
        self.waited_s = min(waited_s, MOST_WAITED * (now - self.begun))
        taken_s = now - self.begun - self.waited_s
        too_many = self.worker.home is not None and takes_more(self.worker.home, 2 * limits.tmp_mb)
        cpu_s, wall_s = used["cpu_s"] - before["cpu_s"], limits.wall_s(self.cpu_s)
        memory_mb, most_mb, files_mb = used["memory_mb"], 1.25 * limits.memory_mb, 2 * limits.tmp_mb
        for over, status, detail in (
            (memory_mb > most_mb, Status.OUT_OF_MEMORY, f"it used {memory_mb:.0f} MB of memory"),
            (cpu_s > self.cpu_s, Status.TIMED_OUT, f"it used more than {self.cpu_s:g} s of CPU time"),
            (used["cpu_s"] > self.left_cpu_s, Status.TIMED_OUT, limits.all_cpu_used()),
            (too_many, Status.OUT_OF_MEMORY, f"its files took more than {files_mb} MB, or were too many"),
            (taken_s > self.left_s, Status.TIMED_OUT, limits.all_time_used()),
            (taken_s > wall_s, Status.TIMED_OUT, f"it did not answer within {wall_s:g} s"),
        ):  # fmt: skip
            if over:
                raise self.worker.stop(status, detail)

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
        if time.monotonic() - self.worker.looked > LOOK_S:
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
