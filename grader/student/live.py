"""The notebook that is open in Jupyter: its functions run where its cells run, and a check leaves it as it
was.
"""

from __future__ import annotations

import contextlib
import queue
import random
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any, TypeVar

from grader.core.report import Status
from grader.engine.local import LocalChannel
from grader.sandbox.inside.requests import Responder
from grader.sandbox.inside.shell import ErrorFields, describe, notebook_steps, quiet
from grader.suite.calls import CallText
from grader.suite.failures import Died, StudentFailure
from grader.suite.remote_student import Respond

Result = TypeVar("Result")
Request = tuple[bytes, CallText, Respond]


class LiveResponder(Responder):
    """Answers for a notebook whose cells Jupyter has run: an error's cell is the number next to it."""

    def describe(self, error: BaseException) -> ErrorFields:
        fields = describe(error)
        cells: dict[str, int] = getattr(
            getattr(self.shell, "compile", None), "_filename_map", {}
        )  # IPython's
        steps = notebook_steps(error.__traceback__, cells.get)
        if steps:
            fields["cell"], fields["line"], _ = steps[-1]
            fields["traceback"] = [
                f"cell [{cell}], line {line}, in {name}" for cell, line, name in steps[-8:]
            ]
        return fields


class LiveChannel(LocalChannel):
    """Takes requests of the suite's thread to the thread of the notebook's cells, where the stop button
    works.

    Args:
        shell: IPython's, or anything with a namespace `user_ns`.
    """

    def __init__(self, shell: Any) -> None:
        super().__init__(shell)
        self._responder = LiveResponder(shell, self._callback)
        self._home = threading.current_thread()
        self._requests: queue.Queue[Request | None] = queue.Queue()
        self._answers: queue.Queue[tuple[bytes, bytes] | BaseException] = queue.Queue()
        self._calling = False
        self.stopped = False

    def exchange(self, frame: bytes, call: CallText, respond: Respond) -> tuple[bytes, bytes]:
        if threading.current_thread() is self._home:
            return self._serve(frame, call, respond)
        self._requests.put((frame, call, respond))
        answer = self._answers.get()
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def _serve(self, frame: bytes, call: CallText, respond: Respond) -> tuple[bytes, bytes]:
        if self.stopped:
            raise StudentFailure("not run: you stopped the check", status=Status.SKIPPED)
        within, self._calling = self._calling, True
        answer = None
        with contextlib.suppress(KeyboardInterrupt):
            answer = super().exchange(frame, call, respond)
        self._calling = within
        if (
            self.stopped or answer is None
        ):  # also where a bare `except:` of the student's has swallowed the interrupt
            raise Died(str(call), Status.TIMED_OUT, "you stopped it, perhaps in a loop that never ends")
        return answer

    def serve(self, work: Callable[[], Result]) -> Result:
        """Do `work` in another thread and answer its requests in this one, until it is done.

        The stop button ends the student's call at hand; those after it are not made, and `stopped` is True.
        """
        results: list[Result] = []
        problems: list[BaseException] = []

        def do() -> None:
            try:
                results.append(work())
            except BaseException as problem:
                problems.append(problem)
            finally:
                self._requests.put(None)

        threading.Thread(target=do, name="check", daemon=True).start()
        with self._interrupts(), undisturbed():
            while (request := self._requests.get()) is not None:
                try:
                    self._answers.put(self._serve(*request))
                except BaseException as problem:
                    self._answers.put(problem)
        if problems:
            raise problems[0]
        return results[0]

    @contextlib.contextmanager
    def _interrupts(self) -> Iterator[None]:
        """An interrupt is raised in the student's code, and only noted in ours."""

        def interrupt(number: int, frame: FrameType | None) -> None:
            self.stopped = True
            if self._calling:
                raise KeyboardInterrupt

        if (
            threading.current_thread() is not threading.main_thread()
        ):  # a subshell of Jupyter's: no signal comes here
            yield
            return
        before = signal.signal(signal.SIGINT, interrupt)
        try:
            yield
        finally:
            if before is not None:
                signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Nothing is printed or shown, and the notebook's figures and random states come out as they went in."""
    with quiet(), _displays_apart(), _figures_apart(), _random_states_kept():
        yield


@contextlib.contextmanager
def _displays_apart() -> Iterator[None]:
    if "IPython" not in sys.modules:
        yield
        return
    from IPython.utils.capture import capture_output

    with capture_output(stdout=False, stderr=False, display=True):
        yield


@contextlib.contextmanager
def _figures_apart() -> Iterator[None]:
    """What the functions draw goes into figures of their own, which are closed; those of the cell stay open,
    once each.
    """
    figures = getattr(sys.modules.get("matplotlib._pylab_helpers"), "Gcf", None)
    own = dict(figures.figs) if figures else {}
    inline = getattr(sys.modules.get("matplotlib_inline.backend_inline"), "show", None)
    to_draw = list(getattr(inline, "_to_draw", []))
    if figures:
        figures.figs.clear()
    try:
        yield
    finally:
        if "matplotlib.pyplot" in sys.modules:
            sys.modules["matplotlib.pyplot"].close("all")
        if figures:
            figures.figs.update(own)
        if inline is not None:
            inline._to_draw = to_draw


@contextlib.contextmanager
def _random_states_kept() -> Iterator[None]:
    plain = random.getstate()
    numpy, torch = (getattr(sys.modules.get(name), "random", None) for name in ("numpy", "torch"))
    states = numpy and numpy.get_state(), torch and torch.get_rng_state()
    try:
        yield
    finally:
        random.setstate(plain)
        if numpy:
            numpy.set_state(states[0])
        if torch:
            torch.set_rng_state(states[1])
