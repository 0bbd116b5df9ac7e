"""A notebook in the sandbox: cells run once, calls served, and a fresh worker with the cells replayed after a
death.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.core.errors import OurFailure
from grader.core.limits import Limits
from grader.core.report import CellResult, Status
from grader.sandbox.clock import Clock
from grader.sandbox.forkserver import Worker, WorkerGone
from grader.sandbox.inside import codec
from grader.suite.failures import Died
from grader.suite.remote_student import Respond, Said


@dataclass
class SandboxedNotebook:
    """One submission's cells and the worker that ran them; a `Channel` for `Student`.

    Args:
        server: path of the fork server's socket.
        cells: (number, source) of the code cells, in order.
        home_in: where workers' home folders are made (Landlock rung), or None.
    """

    server: str
    cells: list[tuple[int, str]]
    limits: Limits
    seed: int = 0
    home_in: Path | None = None
    results: list[CellResult] = field(default_factory=list)
    deaths: int = 0
    replays: int = 0
    cpu_s: float = 0.0
    cells_s: float = 0.0
    waited_s: float = 0.0
    _worker: Worker | None = None
    _fatal: set[int] = field(default_factory=set)

    def start(self) -> None:
        """Fork a worker and run every cell that has not killed a worker before.

        Raises:
            OurFailure: the fork server cannot be reached.
        """
        first = not self.results
        begun = time.monotonic()
        self.close()
        self._fork()
        results = []
        position = 0
        while position < len(self.cells):
            number, source = self.cells[position]
            if number in self._fatal:
                position += 1
                continue
            try:
                error = self._cell(number, source)
                results.append(CellResult(number, Status.FAILED if error else Status.PASSED, error))
                position += 1
            except WorkerGone as gone:
                self._note(gone)
                self._fatal.add(number)
                if first:
                    self.results.append(
                        CellResult(number, gone.reason, f"the cell was stopped: {gone.detail}")
                    )
                if self._spent():
                    break
                if len(self._fatal) > 3:
                    self._fatal.update(n for n, _ in self.cells[position:])
                self._fork()
                results, position = [], 0
        if first:
            self.results = sorted([*self.results, *results], key=lambda cell: cell.index)
            self.cells_s = time.monotonic() - begun

    def _fork(self) -> None:
        optimises = any("optim" in source for _, source in self.cells)
        self._worker = Worker(self.server, self.limits, self.home_in, optimises)
        with contextlib.suppress(WorkerGone):
            self._ask(codec.pack(["seed", self.seed]), self._clock(self.limits.call_cpu_s))

    def _clock(self, cpu_s: float) -> Clock:
        assert self._worker is not None
        limits = self.limits
        return Clock(
            self._worker,
            cpu_s,
            limits.submission_cpu_s - self.cpu_s,
            limits.wall_s(limits.submission_cpu_s) - self.waited_s,
        )

    def _ask(self, frame: bytes, clock: Clock) -> tuple[bytes, bytes]:
        begun = time.monotonic() - clock.waited_s
        try:
            return clock.worker.exchange(frame, clock)
        finally:
            self.waited_s += time.monotonic() - clock.waited_s - begun

    def _spent(self) -> str:
        """Which limit of the whole submission is used up, or ""."""
        if self.cpu_s > self.limits.submission_cpu_s:
            return self.limits.all_cpu_used()
        if self.waited_s > self.limits.wall_s(self.limits.submission_cpu_s):
            return self.limits.all_time_used()
        return ""

    def _cell(self, number: int, source: str) -> str | None:
        header, body = self._ask(codec.pack(["cell", number, source]), self._clock(self.limits.cell_cpu_s))
        try:
            reply = codec.unpack(header, body)
        except (codec.WireError, TypeError, ValueError):
            reply = None
        if not isinstance(reply, list) or len(reply) != 2 or not isinstance(reply[0], str):
            return "the cell broke the connection to the grader"
        kind, error = reply
        if kind == "ok" and error is None:
            return None
        fields = error if isinstance(error, dict) else {}
        kinds, line = fields.get("kinds"), fields.get("line")
        name = str(kinds[0])[:80] if isinstance(kinds, list) and kinds else "Error"
        place = f" (line {line})" if type(line) is int else ""
        return f"{name}: {str(fields.get('message', ''))[:400]}{place}"

    def _note(self, gone: WorkerGone) -> None:
        self.deaths += 1
        self._add_cpu()

    def _add_cpu(self) -> None:
        if self._worker is not None:
            self.cpu_s += self._worker.ended["cpu_s"] if self._worker.ended else 0.0
            self._worker = None

    def exchange(self, frame: bytes, call: Said, respond: Respond) -> tuple[bytes, bytes]:
        if self._worker is None:
            if not self._spent():
                self.replays += 1
                self.start()
            if spent := self._spent():
                raise Died(str(call), Status.TIMED_OUT, spent)
        if self._worker is None:
            raise OurFailure("no worker could be started")
        try:
            clock = self._clock(self.limits.call_cpu_s)
            header, body = self._ask(frame, clock)
            while (answer := respond(header, body)) is not None:
                header, body = self._ask(answer, clock)
            return header, body
        except WorkerGone as gone:
            self._note(gone)
            raise Died(str(call), gone.reason, gone.detail) from None

    def close(self) -> None:
        if self._worker is not None:
            self._worker.close()
            self._add_cpu()

    def __enter__(self) -> SandboxedNotebook:
        self.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()
