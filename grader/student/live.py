"""The notebook that is open in Jupyter: its functions run as its cells do; a check leaves it as it was."""

import contextlib
import io
import random
import signal
import sys
import threading
import warnings
from collections.abc import Iterator
from types import FrameType

from grader.core.report import Status
from grader.engine.local import LocalChannel
from grader.sandbox.inside.requests import Responder
from grader.sandbox.inside.shell import ErrorFields, Shell, describe, notebook_steps
from grader.suite.calls import CallText
from grader.suite.exceptions import Died, StudentFailure
from grader.suite.remote_student import Respond

CELLS = 500  # that are looked at


class LiveResponder(Responder):
    """Answers for a notebook whose cells Jupyter has run: an error's cell is the number next to it."""

    def describe(self, error: BaseException) -> ErrorFields:
        fields = describe(error)
        compiler = getattr(self.shell, "compile", None)
        cells: dict[str, int] = getattr(compiler, "_filename_map", {})  # IPython's
        if steps := notebook_steps(error.__traceback__, cells.get):
            fields["cell"], fields["line"], _ = steps[-1]
            fields["traceback"] = [
                f"cell [{cell}], line {line}, in {name}" for cell, line, name in steps[-8:]
            ]
        return fields


class LiveChannel(LocalChannel):
    """A notebook in this kernel, where the stop button ends the student's call at hand.

    Args:
        shell: IPython's, or anything with a namespace `user_ns`.
    """

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell, _executed(shell))
        self._responder = LiveResponder(shell, self._callback)
        self._calling = False
        self._stopped = False

    def exchange(self, frame: bytes, call: CallText, respond: Respond) -> tuple[bytes, bytes]:
        if self._stopped:
            raise StudentFailure("not run: you stopped the check", status=Status.SKIPPED)
        within, self._calling = self._calling, True
        answer = None
        with contextlib.suppress(KeyboardInterrupt):
            answer = super().exchange(frame, call, respond)
        self._calling = within
        if self._stopped or answer is None:  # also where a bare `except:` has swallowed the interrupt
            raise Died(str(call), Status.TIMED_OUT, "you stopped it, perhaps in a loop that never ends")
        return answer

    @contextlib.contextmanager
    def checking(self) -> Iterator[None]:
        """While inside, an interrupt stops the student's code; in ours it is only noted.

        Later calls are then not made. Output, displays, figures and random states of the notebook are kept.
        """

        def interrupt(number: int, frame: FrameType | None) -> None:
            self._stopped = True
            if self._calling:
                raise KeyboardInterrupt

        with _quiet(), _displays_apart(), _figures_apart(), _random_states_kept():
            if (
                threading.current_thread() is not threading.main_thread()
            ):  # a subshell of Jupyter's: no signals
                yield
                return
            before = signal.signal(signal.SIGINT, interrupt)
            try:
                yield
            finally:
                signal.signal(signal.SIGINT, before or signal.default_int_handler)


def _executed(shell: Shell) -> list[tuple[int, str]]:
    """The cells that Jupyter has executed, by the number next to them; the last of one that is run again."""
    history = shell.user_ns.get("In")
    cells = list(enumerate(history if isinstance(history, list) else []))
    return [(number, source) for number, source in cells[-CELLS:] if isinstance(source, str) and source]


class _Nowhere(io.TextIOBase):
    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        return len(text)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Discard everything that is printed: a check shows no more than its results."""
    streams = contextlib.redirect_stdout(_Nowhere()), contextlib.redirect_stderr(_Nowhere())
    with streams[0], streams[1], warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def _displays_apart() -> Iterator[None]:
    """Show nothing that the functions display."""
    if "IPython" not in sys.modules:
        yield
        return
    from IPython.utils.capture import capture_output

    with capture_output(stdout=False, stderr=False, display=True):
        yield


@contextlib.contextmanager
def _figures_apart() -> Iterator[None]:
    """Let the functions draw into figures of their own, which are closed; the cell's figures stay open."""
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
    """Let random numbers continue as if the functions had drawn none."""
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
