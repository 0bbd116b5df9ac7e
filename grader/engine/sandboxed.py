"""A notebook in the sandbox: its cells run, calls answered, and a new worker started when one dies."""

import contextlib
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from grader.core.cells import Cells, statement_at
from grader.core.course_settings import Limits
from grader.core.errors import OurFailure
from grader.core.first_causes import FirstCauses
from grader.core.report import CellResult, Status
from grader.engine.budget import Budget
from grader.engine.cell_results import failed_cell
from grader.sandbox.call_limits import Allowance, Clock
from grader.sandbox.forkserver import ForkServer, Worker, WorkerGone
from grader.sandbox.inside import codec
from grader.suite.calls import CallText
from grader.suite.exceptions import Died
from grader.suite.remote_student import Respond

MISSING = 100  # modules of one cell
MODULE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*(:[^\W\d]\w*)?")
RESTART_S = 0.25  # booked for starting a worker, however long it takes on this machine


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
        kept: of cells that were stopped, or not run at all, what a new worker runs.
    """

    sandbox: Sandbox
    cells: Cells
    limits: Limits
    seed: int = 0
    results: list[CellResult] = field(default_factory=list)
    cells_s: float = 0.0
    kept: dict[int, str] = field(default_factory=dict)
    _clock: Clock | None = None  # of the present worker
    _ran: set[int] = field(default_factory=set)
    _stopped: dict[int, CellResult] = field(default_factory=dict)
    _clean: bool = True  # no cell had to be stopped in the present worker
    _repeat_s: float = 0.0  # how long it takes to run the cells again

    def __post_init__(self) -> None:
        self.budget = Budget(self.limits)

    @property
    def cpu_s(self) -> float:
        """CPU seconds of all workers so far."""
        return self.budget.cpu_s

    def start(self) -> None:
        """Run all cells in a new worker; of those that were stopped, what stands above the line that hung.

        A cell that does not end is interrupted, and the others go on. What half a loop leaves behind is a
        matter of chance, so at the end all cells run again without it. A cell that ends its worker is not run
        again.

        Raises:
            OurFailure: the fork server cannot be reached.
        """
        first, begun = not self.results, time.monotonic()
        while True:
            self._clean = True
            completed = self._run_cells()
            affordable = self._clock is None or self._repeat_s < self.budget.left_s / 2
            if self._clean or self.budget.exhausted() or not affordable:
                break
            self.close()
        if first:
            missing = self._missing()
            for number, _ in self.cells:
                late = f"the cell was not run: the time for cells is used{self.budget.users()}"
                not_run = CellResult(number, Status.TIMED_OUT, late)
                result = self._stopped.get(number) or completed.get(number, not_run)
                self.results.append(replace(result, missing=missing.get(number, ())))
            self.results[:] = FirstCauses(self.cells, self.results).with_origins()
            self.cells_s = time.monotonic() - begun

    def _run_cells(self) -> dict[int, CellResult]:
        """The results of the cells that have run to their end in a new worker."""
        self._fork()
        results, before_s = dict[int, CellResult](), self.budget.taken_s
        for number, source in self.cells:
            again = number in self._ran or bool(self.results)
            if not again and self.budget.no_more_cells():
                self.kept[number] = ""
            source = self.kept.get(number, source)
            if number in self.kept and not source.strip():
                continue
            try:
                results[number] = self._run_cell(number, source, again)
            except WorkerGone as gone:
                self._stop(number, gone.reason, gone.detail)
                self.close()
                break
        self._repeat_s = self.budget.taken_s - before_s
        return results

    def _run_cell(self, number: int, source: str, again: bool) -> CellResult:
        allowance = self.budget.for_repeat() if again else self.budget.for_cell()
        with self._timed(f"cell {number}", allowance, again) as clock:
            header, body = clock.worker.exchange(codec.pack(["cell", number, source]), clock)
        result = _cell_result(number, header, body)
        self._ran.add(number)
        if clock.interrupted:
            line = statement_at(source, result.line or 0)
            self._stop(number, Status.TIMED_OUT, clock.interrupted, source, line)
        return result

    def _stop(self, number: int, reason: Status, detail: str, source: str = "", line: int = 0) -> None:
        """Note why a cell was stopped, in which line if that is known, and what of it counts."""
        kept = "".join(source.splitlines(keepends=True)[: line - 1]) if line else ""
        where, above = (f" in line {line}", "the lines above and " if kept else "") if line else ("", "")
        told = f"the cell was stopped{where}: {detail}; {above}the other cells count"
        self._stopped.setdefault(number, CellResult(number, reason, told, line=line or None))
        self.kept[number], self._clean = kept, False

    def _fork(self) -> None:
        optimises = any("optim" in source for _, source in self.cells)
        self._clock = Clock(Worker(self.sandbox.path, self.limits, self.sandbox.homes, optimises))
        self.budget.taken_s += RESTART_S
        with contextlib.suppress(WorkerGone), self._timed("the start", self.budget.for_call()) as clock:
            clock.worker.exchange(codec.pack(["seed", self.seed]), clock)

    @contextlib.contextmanager
    def _timed(self, who: CallText, allowance: Allowance, again: bool = False) -> Iterator[Clock]:
        """The clock, running; what has been used meanwhile is booked."""
        if self._clock is None:
            raise OurFailure("no worker could be started")
        clock = self._clock
        cpu_s, taken_s = clock.cpu_s, clock.taken_s
        clock.start(allowance)
        try:
            yield clock
        finally:
            clock.stop()
            self.budget.add(who, clock.cpu_s - cpu_s, clock.taken_s - taken_s, again)

    def _missing(self) -> dict[int, tuple[str, ...]]:
        """Cell → the modules, or names in modules, that it imports and that are not installed."""
        try:
            with self._timed("the imports", self.budget.for_call()) as clock:
                match codec.unpack(*clock.worker.exchange(codec.pack(["imports"]), clock)):
                    case ["ok", list(pairs)]:
                        return {cell: tuple(filter(_is_name, names[:MISSING])) for cell, names in pairs}
        except WorkerGone:
            self.close()
        except (OurFailure, codec.WireError, TypeError, ValueError):
            pass
        return {}

    def exchange(self, frame: bytes, call: CallText, respond: Respond) -> tuple[bytes, bytes]:
        if self._clock is None and not self.budget.exhausted():
            self.start()
        if self._clock is None:
            raise Died(str(call), Status.TIMED_OUT, self.budget.spent())
        try:
            with self._timed(call, self.budget.for_call()) as clock:
                header, body = clock.worker.exchange(frame, clock)
                while (answer := respond(header, body)) is not None:
                    header, body = clock.worker.exchange(answer, clock)
                return header, body
        except WorkerGone as gone:
            self.close()
            raise Died(str(call), gone.reason, gone.detail) from None
        except BaseException:  # it waits for an answer, and would take the next question for it
            self.close()
            raise

    def close(self) -> None:
        """End the worker; the next question starts another."""
        if self._clock is not None:
            booked_s = self._clock.cpu_s
            self._clock.worker.close()
            self.budget.cpu_s += max(0.0, self._clock.worker.cpu_s() - booked_s)
        self._clock = None

    def __enter__(self) -> "SandboxedNotebook":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _cell_result(number: int, header: bytes, body: bytes) -> CellResult:
    """What a worker says of a cell, which may be anything."""
    try:
        match codec.unpack(header, body):
            case ["ok", None]:
                return CellResult(number, Status.PASSED)
            case [str(), error]:
                return failed_cell(number, error)
    except (codec.WireError, TypeError, ValueError):
        pass
    return CellResult(number, Status.FAILED, "the cell broke the connection to the grader")


def _is_name(text: object) -> bool:
    """Whether this is the name of a module, as a worker tells it, which may say anything."""
    return isinstance(text, str) and len(text) <= 100 and bool(MODULE.fullmatch(text))
