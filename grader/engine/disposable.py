"""A judgement in a child of the judge's process: bounded, watched, heard as plain data, and then gone.

    warm judge ──forks──> child: reads the notebook, asks the worker, runs the suites
               <──lines of JSON── the test that comes next, its result, …, and at last the answer

The warm judge holds what all judgements share, and nothing of any student's. A child that dies, or has to be
stopped, costs the question that it was judging; another child judges the rest. That ends, since each child
leaves fewer tests to its follower, and since all of them together have one budget.
"""

import gc
import os
import resource
import select
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from math import ceil
from typing import TypeVar

import msgspec

from grader.core.course_settings import Limits
from grader.core.errors import OurFailure
from grader.core.processes import work_for_parent
from grader.core.report import CellResult, Status, TestResult
from grader.sandbox.call_limits import MOST_WAITED
from grader.suite.session import SuiteSession

MEMORY_MB = 1024  # of a child, beyond what it shares with the warm judge
HEARD_EVERY_S = 0.05  # unless it ends before
MOST_HEARD = 16 << 20  # bytes of a child's lines; a report has a few KB
GARBAGE = 200_000  # objects; few judgements make so many, and collecting writes to shared pages
NO_MEMORY, BROKEN = 3, 4  # exit codes of a child
FROM_OUTSIDE = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
UNREADABLE = "what the judge's process said cannot be read: {}"
Answer = TypeVar("Answer")


class CellsRun(msgspec.Struct, frozen=True, tag="cells"):
    """The cells have been run: what came of them, what is kept of those that were stopped, the time."""

    results: list[CellResult]
    kept: dict[int, str]
    took_s: float


class TestBegun(msgspec.Struct, frozen=True, tag="begun"):
    """The test that is judged next, by its suite and its place there; the time spent waiting so far."""

    suite: int
    place: int
    waited_s: float


class TestJudged(msgspec.Struct, frozen=True, tag="judged"):
    """The result of the test that was begun last."""

    result: TestResult


class Broke(msgspec.Struct, frozen=True, tag="broke"):
    """An exception of the grader's own ended the child."""

    why: str


class Judgement(msgspec.Struct, frozen=True, tag="judgement"):
    """The end: the answer, as JSON."""

    answer: msgspec.Raw


Line = CellsRun | TestBegun | TestJudged | Broke | Judgement
LINE: msgspec.json.Decoder[Line] = msgspec.json.Decoder(Line)
JSON = msgspec.json.Encoder()


@dataclass
class SoFar:
    """What children have said of one judgement; a child goes on from there.

    Attributes:
        suites: what is judged.
        results: for each suite, the results of its tests by their places.
        at: the test that is being judged, as suite and place.
    """

    suites: Sequence[SuiteSession]
    results: list[dict[int, TestResult]] = field(default_factory=list)
    cells: CellsRun | None = None
    at: tuple[int, int] | None = None
    waited_s: float = 0.0
    cpu_s: float = 0.0
    why: str = ""
    answer: msgspec.Raw | None = None

    def __post_init__(self) -> None:
        self.results = [{} for _ in self.suites]

    def hear(self, line: bytes) -> None:
        """Take in what a child says.

        Raises:
            OurFailure: a child of ours does not say this.
        """
        try:
            said = LINE.decode(line)
        except msgspec.MsgspecError as error:
            raise OurFailure(UNREADABLE.format(error)) from None
        match said:
            case CellsRun() as cells:
                self.cells = cells
            case TestBegun(suite, place, waited_s):
                if not (0 <= suite < len(self.suites) and 0 <= place < len(self.suites[suite].tests)):
                    raise OurFailure(f"the judge's process named test {place} of suite {suite}")
                self.at, self.waited_s = (suite, place), waited_s
            case TestJudged(result) if self.at is not None:
                self.results[self.at[0]][self.at[1]], self.at = result, None
            case Broke(why):
                self.why = why
            case Judgement(answer):
                self.answer = answer

    def give_up(self, status: Status, message: str) -> None:
        """The question that is being judged ends like this, in all its tests that have no result yet."""
        assert self.at is not None
        suite, place = self.at
        tests, results = self.suites[suite].tests, self.results[suite]
        for other, (name, question, points, summary) in enumerate(tests):
            if question == tests[place][1]:
                result = TestResult(name, status, 0.0, points, summary, message.replace("{}", question))
                results.setdefault(other, result)
        self.at = None


class Pipe:
    """The child's side: says lines, and gives each test its share of CPU time."""

    def __init__(self, descriptor: int, limits: Limits, left_cpu_s: float) -> None:
        self._descriptor, self._test_cpu_s, self._left_cpu_s = descriptor, limits.cell_cpu_s, left_cpu_s

    def say(self, line: Line) -> None:
        """Write a whole line."""
        data = memoryview(JSON.encode(line) + b"\n")
        while data:
            data = data[os.write(self._descriptor, data) :]

    def begin(self, suite: int, place: int, waited_s: float) -> None:
        """Say which test comes next."""
        self.say(TestBegun(suite, place, waited_s))
        self.allow_cpu()

    def allow_cpu(self) -> None:
        """From now on, as much CPU time as a cell of the notebook may use; the kernel sees to it."""
        most_s = min(time.process_time() + self._test_cpu_s, self._left_cpu_s)
        resource.setrlimit(resource.RLIMIT_CPU, (ceil(most_s), ceil(self._left_cpu_s) + 2))


def judge_apart(
    work: Callable[[SoFar, Pipe], Answer],
    kind: type[Answer],
    suites: Sequence[SuiteSession],
    limits: Limits,
) -> Answer:
    """What `work` answers in a child of this process, or in several if one does not survive it.

    Args:
        work: goes on from what is known, says what it does, and returns plain data of this kind.
        limits: of the notebook. All children together may use as much CPU time.

    Raises:
        OurFailure: there is no answer, and it is not certain that the notebook is to blame.
    """
    so_far = SoFar(suites)
    most_s = limits.submission_wall_s / (1 - MOST_WAITED)  # others may have the cores meanwhile
    until = time.monotonic() + most_s
    while True:
        code = _hear_child(work, so_far, limits, until)
        if so_far.answer is not None:
            try:
                return msgspec.json.decode(so_far.answer, type=kind)
            except msgspec.MsgspecError as error:
                raise OurFailure(UNREADABLE.format(error)) from None
        late = time.monotonic() > until
        status, why = _cause(code, so_far, limits, late)
        if so_far.at is None:
            raise OurFailure(why.replace("{}", "the notebook"))
        so_far.give_up(status, why)
        if late or so_far.cpu_s >= limits.submission_cpu_s:
            raise OurFailure("all the time that judging one notebook may take is used")


def _cause(code: int, so_far: SoFar, limits: Limits, late: bool) -> tuple[Status, str]:
    """Why a child ended without an answer; `{}` stands for the question.

    Raises:
        OurFailure: somebody else killed it.
    """
    stopped, answered = "the judge had to stop here: ", "what `{}` answered"
    if code == NO_MEMORY:
        return Status.OUT_OF_MEMORY, f"{stopped}{answered} is larger than an answer can be."
    if code == -signal.SIGXCPU or so_far.cpu_s >= limits.submission_cpu_s:
        return Status.TIMED_OUT, f"{stopped}judging {answered} takes more than {limits.cell_cpu_s:g} s."
    if late:
        return Status.TIMED_OUT, f"{stopped}judging {answered} does not come to an end."
    if -code in FROM_OUTSIDE:
        raise OurFailure(f"the judge's process was killed (signal {-code})")
    if code < 0:
        return Status.CRASHED, f"{stopped}{answered} cannot be judged (signal {-code})."
    return Status.UNGRADED, f"our failure, not yours: {so_far.why or 'the judge ended itself'}"


def _hear_child(work: Callable[[SoFar, Pipe], object], so_far: SoFar, limits: Limits, until: float) -> int:
    """Fork a child and listen until it ends or must be ended; its exit code, or minus a signal."""
    so_far.at, so_far.why = None, ""
    (ours, theirs), parent = os.pipe(), os.getpid()
    try:
        pid = os.fork()
    except OSError as error:
        os.close(ours)
        os.close(theirs)
        raise OurFailure(f"the judge gets no process: {error}") from None
    if pid == 0:
        try:
            os.close(ours)
            work_for_parent(parent)
            code = _be_child(work, so_far, Pipe(theirs, limits, limits.submission_cpu_s - so_far.cpu_s))
        except BaseException:
            code = BROKEN
        finally:
            os._exit(code)  # whatever happens: two processes that think they are the judge would be worse
    os.close(theirs)
    try:
        _listen(ours, pid, so_far, until)
    finally:
        os.close(ours)
        for kill in (
            os.killpg,
            os.kill,
        ):  # with whatever a suite has started; it is dead already if all is well
            with suppress(OSError):
                kill(pid, signal.SIGKILL)
        _, status, usage = os.wait4(pid, 0)
        so_far.cpu_s += usage.ru_utime + usage.ru_stime
    return os.waitstatus_to_exitcode(status)


def _listen(descriptor: int, pid: int, so_far: SoFar, until: float) -> None:
    """Wait until a child has ended, or is late, and take in what it has said.

    It is not heard line by line, since to be woken by each costs more than the line; only when it has not
    ended after a while, so that the pipe never stays full.

    Raises:
        OurFailure: it says what no child of ours says.
    """
    os.set_blocking(descriptor, False)
    ended, said, left_s = os.pidfd_open(pid), bytearray(), until - time.monotonic()
    poll = select.poll()
    poll.register(ended, select.POLLIN)
    try:
        over = False
        while not over and left_s > 0:
            over = bool(poll.poll(1e3 * min(HEARD_EVERY_S, left_s)))
            with suppress(BlockingIOError):
                while chunk := os.read(descriptor, 1 << 16):
                    said += chunk
                    if len(said) > MOST_HEARD:
                        raise OurFailure("the judge's process said too much")
            left_s = until - time.monotonic()
    finally:
        os.close(ended)
    for line in bytes(said).split(b"\n")[:-1]:
        so_far.hear(line)


def _be_child(work: Callable[[SoFar, Pipe], object], so_far: SoFar, pipe: Pipe) -> int:
    """Judge and say the answer; the exit code."""
    try:
        os.setpgid(0, 0)
        gc.set_threshold(GARBAGE)
        with open("/proc/self/statm", encoding="ascii") as stream:
            mapped = int(stream.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (mapped + (MEMORY_MB << 20), resource.RLIM_INFINITY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        pipe.allow_cpu()
        pipe.say(Judgement(msgspec.Raw(JSON.encode(work(so_far, pipe)))))
        return 0
    except MemoryError:
        return NO_MEMORY
    except BaseException as error:
        with suppress(Exception):
            kind = "" if isinstance(error, OurFailure) else f"{type(error).__name__}: "
            pipe.say(Broke(f"{kind}{error}"[:300]))
    return BROKEN
