"""The limits of one call, kept by the judge while it waits for the answer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from grader.core.report import Status
from grader.sandbox.homes import takes_more

if TYPE_CHECKING:
    from grader.sandbox.forkserver import Worker


LOOK_S = 0.25  # the worker's data socket lets the judge wait for as long as this
MOST_WAITED = (
    0.9  # of the time gone; a notebook that finds a way to be ready all the time waits ten times as long
)
AT_ONCE, AT_MOST = 1 << 16, 1 << 20  # bytes asked for in one read


class Clock:
    """The limits of one call: cheap while the worker answers quickly, exact when it does not."""

    def __init__(self, worker: Worker, cpu_s: float, left_cpu_s: float, left_s: float) -> None:
        self.worker = worker
        self.cpu_s = cpu_s
        self.left_cpu_s = left_cpu_s
        self.left_s = left_s
        self.begun = time.monotonic()
        self.base: float | None = None
        self.waited_before = 0.0
        self.waited_s = (
            0.0  # in this call, because others had the cores: no limit of the notebook's counts it
        )

    def tick(self) -> None:
        """Look if it is time to: neither many callbacks nor many quick calls may put a look off."""
        if time.monotonic() - self.worker.looked > LOOK_S:
            self.look()

    def look(self) -> None:
        """Kill the worker if it is over a limit.

        Raises:
            WorkerGone: it was, or it has ended.
        """
        limits, now = self.worker.limits, time.monotonic()
        self.worker.looked = now
        used = self.worker.usage()
        if self.base is None:
            self.base = max(0.0, used["cpu_s"] - (now - self.begun))
            self.waited_before = max(0.0, used["waited_s"] - (now - self.begun))
        waited_s = max(self.waited_s, used["waited_s"] - self.waited_before)  # what has ended counts no more
        self.waited_s = min(waited_s, MOST_WAITED * (now - self.begun))
        if used["memory_mb"] > 1.25 * limits.memory_mb:
            raise self.worker.gone(Status.OUT_OF_MEMORY, f"it used {used['memory_mb']:.0f} MB of memory")
        if used["cpu_s"] - self.base > self.cpu_s:
            raise self.worker.gone(Status.TIMED_OUT, f"it used more than {self.cpu_s:g} s of CPU time")
        if used["cpu_s"] > self.left_cpu_s:
            raise self.worker.gone(Status.TIMED_OUT, limits.all_cpu_used())
        if self.worker.home and takes_more(self.worker.home, 2 * limits.tmp_mb):
            raise self.worker.gone(
                Status.OUT_OF_MEMORY, f"its files took more than {2 * limits.tmp_mb} MB, or were too many"
            )
        taken_s = now - self.begun - self.waited_s
        if taken_s > self.left_s:
            raise self.worker.gone(Status.TIMED_OUT, limits.all_time_used())
        if taken_s > limits.wall_s(self.cpu_s):
            raise self.worker.gone(
                Status.TIMED_OUT, f"it did not answer within {limits.wall_s(self.cpu_s):g} s"
            )

    def send(self, frame: bytes) -> None:
        view = memoryview(frame)
        while view:
            try:
                view = view[self.worker.data.send(view) :]
            except BlockingIOError:
                self.look()

    def read(self, count: int) -> bytes:
        """The next `count` bytes; what has arrived beyond them is kept for the next read."""
        arrived: bytes | bytearray = self.worker.arrived
        while len(arrived) < count:
            try:
                chunk = self.worker.data.recv(min(max(AT_ONCE, count - len(arrived)), AT_MOST))
            except BlockingIOError:
                self.look()
                continue
            if not chunk:
                raise OSError("hung up")
            if not arrived:
                arrived = chunk
                continue
            self.tick()
            arrived = bytearray(arrived) if isinstance(arrived, bytes) else arrived
            arrived += chunk
        self.worker.arrived = bytes(arrived[count:])
        return bytes(arrived[:count])
