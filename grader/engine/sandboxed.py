"""A notebook in the sandbox: its cells run, calls answered, and a new worker started when one dies."""

import contextlib
import re
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from grader.core.cells import Cells
from grader.core.course_settings import Limits
from grader.core.errors import OurFailure
from grader.core.report import CellResult, Status
from grader.sandbox.call_limits import Clock
from grader.sandbox.forkserver import ForkServer, Worker, WorkerGone
from grader.sandbox.inside import codec
from grader.suite.calls import CallText
from grader.suite.exceptions import Died
from grader.suite.remote_student import Respond

MISSING = 100  # modules of one cell
MODULE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*(:[^\W\d]\w*)?")


@dataclass(frozen=True)
class Sandbox:
    """Where workers come from: the fork server's socket, its rung, the folder for homes (Landlock rung)."""

    path: str
    rung: str
    homes: Path | None = None

    @classmethod
    def of(cls, server: ForkServer) -> "Sandbox":
        """What other processes need to know of a fork server."""
        return cls(server.path, server.rung, server.homes)


@dataclass
class SandboxedNotebook:
    """One submission's cells and the worker that ran them; a `Channel` for `Student`.

    Attributes:
        results: what came of the cells when they were first run.
        fatal: the numbers of cells that ended a worker; they are not run again.
    """

    sandbox: Sandbox
    cells: Cells
    limits: Limits
    seed: int = 0
    results: list[CellResult] = field(default_factory=list)
    cpu_s: float = 0.0
    cells_s: float = 0.0
    waited_s: float = 0.0
    fatal: set[int] = field(default_factory=set)
    _worker: Worker | None = None

    def start(self) -> None:
        """Fork a worker and run every cell that has not killed a worker before.

        Raises:
            OurFailure: the fork server cannot be reached.
        """
        first, begun = not self.results, time.monotonic()
        number, completed = 0, list[CellResult]()
        while True:
            self._fork()
            completed.clear()
            try:
                for number, source in self.cells:
                    if number not in self.fatal:
                        completed.append(self._run_cell(number, source))
                break
            except WorkerGone as gone:
                self._add_cpu()
                self.fatal.add(number)
                if first:
                    detail = f"the cell was stopped: {gone.detail}"
                    self.results.append(CellResult(number, gone.reason, detail))
                if self._spent():
                    break
                if len(self.fatal) > 3:
                    self.fatal.update(later for later, _ in self.cells if later > number)
        if first:
            missing = self._missing()
            done = [replace(cell, missing=missing.get(cell.index, ())) for cell in completed]
            self.results = sorted([*self.results, *done], key=lambda cell: cell.index)
            self.cells_s = time.monotonic() - begun

    def _fork(self) -> None:
        optimises = any("optim" in source for _, source in self.cells)
        self._worker = Worker(self.sandbox.path, self.limits, self.sandbox.homes, optimises)
        with contextlib.suppress(WorkerGone):
            self._ask(codec.pack(["seed", self.seed]), self._clock(self.limits.call_cpu_s))

    def _clock(self, cpu_s: float) -> Clock:
        if self._worker is None:
            raise OurFailure("no worker could be started")
        most_cpu_s = self.limits.submission_cpu_s
        left_s = self.limits.wall_s(most_cpu_s) - self.waited_s
        return Clock(self._worker, cpu_s, most_cpu_s - self.cpu_s, left_s)

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

    def _run_cell(self, number: int, source: str) -> CellResult:
        header, body = self._ask(codec.pack(["cell", number, source]), self._clock(self.limits.cell_cpu_s))
        try:
            match codec.unpack(header, body):
                case ["ok", None]:
                    return CellResult(number, Status.PASSED)
                case [str(), error]:
                    return CellResult(number, Status.FAILED, _in_words(error))
        except (codec.WireError, TypeError, ValueError):
            pass
        return CellResult(number, Status.FAILED, "the cell broke the connection to the grader")

    def _missing(self) -> dict[int, tuple[str, ...]]:
        """Cell → the modules, or names in modules, that it imports and that are not installed."""
        try:
            match codec.unpack(*self._ask(codec.pack(["imports"]), self._clock(self.limits.call_cpu_s))):
                case ["ok", list(pairs)]:
                    return {cell: tuple(filter(_is_name, names[:MISSING])) for cell, names in pairs}
        except WorkerGone:
            self._add_cpu()
        except (OurFailure, codec.WireError, TypeError, ValueError):
            pass
        return {}

    def _add_cpu(self) -> None:
        if self._worker is not None and self._worker.ended:
            self.cpu_s += self._worker.ended["cpu_s"]
        self._worker = None

    def exchange(self, frame: bytes, call: CallText, respond: Respond) -> tuple[bytes, bytes]:
        if self._worker is None:
            if not self._spent():
                self.start()
            if spent := self._spent():
                raise Died(str(call), Status.TIMED_OUT, spent)
        clock = self._clock(self.limits.call_cpu_s)
        try:
            header, body = self._ask(frame, clock)
            while (answer := respond(header, body)) is not None:
                header, body = self._ask(answer, clock)
            return header, body
        except WorkerGone as gone:
            self._add_cpu()
            raise Died(str(call), gone.reason, gone.detail) from None
        except BaseException:  # it waits for an answer, and would take the next question for it
            self.close()
            raise

    def close(self) -> None:
        """End the worker; the next question starts another."""
        if self._worker is not None:
            self._worker.close()
            self._add_cpu()

    def __enter__(self) -> "SandboxedNotebook":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _is_name(text: object) -> bool:
    """Whether this is the name of a module, as a worker tells it, which may say anything."""
    return isinstance(text, str) and len(text) <= 100 and bool(MODULE.fullmatch(text))


def _in_words(error: object) -> str:
    """An exception as a worker tells it, which may say anything."""
    fields = error if isinstance(error, dict) else {}
    kinds, line = fields.get("kinds"), fields.get("line")
    name = str(kinds[0])[:80] if isinstance(kinds, list) and kinds else "Error"
    where = f" (line {line})" if type(line) is int else ""
    return f"{name}: {str(fields.get('message', ''))[:400]}{where}"
