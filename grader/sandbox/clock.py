"""The limits of one call, kept by the judge while it waits for the answer."""

from __future__ import annotations

import select
import time
from typing import TYPE_CHECKING

from grader.sandbox.homes import takes_more

if TYPE_CHECKING:
    from grader.sandbox.forkserver import Worker


class Clock:
    """The limits of one call: cheap while the worker answers quickly, exact when it does not."""

    FIRST_LOOK_S = 0.25

    def __init__(self, worker: Worker, cpu_s: float, left_cpu_s: float, left_s: float) -> None:
        self.worker = worker
        self.cpu_s = cpu_s
        self.left_cpu_s = left_cpu_s
        self.left_s = left_s
        self.begun = time.monotonic()
        self.base: float | None = None
        worker.data.setblocking(False)

    def wait(self, event: int) -> None:
        poller = select.poll()
        poller.register(self.worker.data, event)
        while not poller.poll(self.FIRST_LOOK_S * 1000):
            self.look()

    def tick(self) -> None:
        """Look if it is time to: neither many callbacks nor many quick calls may put a look off."""
        if time.monotonic() - self.worker.looked > self.FIRST_LOOK_S:
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
        if used["memory_mb"] > 1.25 * limits.memory_mb:
            raise self.worker.gone("out_of_memory", f"it used {used['memory_mb']:.0f} MB of memory")
        if used["cpu_s"] - self.base > self.cpu_s:
            raise self.worker.gone("timed_out", f"it used more than {self.cpu_s:g} s of CPU time")
        if used["cpu_s"] > self.left_cpu_s:
            raise self.worker.gone("timed_out", limits.all_cpu_used())
        if self.worker.home and takes_more(self.worker.home, 2 * limits.tmp_mb):
            raise self.worker.gone("out_of_memory", f"its files took more than {2 * limits.tmp_mb} MB, or were too many")
        if now > self.begun + self.left_s:
            raise self.worker.gone("timed_out", limits.all_time_used())
        if now > self.begun + limits.wall_s(self.cpu_s):
            raise self.worker.gone("timed_out", f"it did not answer within {limits.wall_s(self.cpu_s):g} s")

    def send(self, frame: bytes) -> None:
        view = memoryview(frame)
        while view:
            try:
                view = view[self.worker.data.send(view) :]
            except BlockingIOError:
                self.wait(select.POLLOUT)

    def read(self, count: int) -> bytes:
        buffer = bytearray(count)
        view, done = memoryview(buffer), 0
        while done < count:
            try:
                got = self.worker.data.recv_into(view[done:])
            except BlockingIOError:
                self.wait(select.POLLIN)
                self.tick()
                continue
            if not got:
                raise OSError("hung up")
            done += got
        return bytes(buffer)
