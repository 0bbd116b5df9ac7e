"""Run cells as Jupyter would: in a kernel, whose event loop runs and whose streams and input are in place."""

import asyncio
import builtins
import contextlib
import getpass
import os
import sys
from collections.abc import Callable, Coroutine, Iterator
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, TypedDict, TypeVar

if TYPE_CHECKING:
    from .kernel import NotebookKernel

MAX_TEXT = 2_000
Cell = TypeVar("Cell", int, str)  # its number, or a text that may be one
Result = TypeVar("Result")
# What belongs to the notebook while its code runs, and to this process otherwise.
IN_PLACE: tuple[tuple[Any, str], ...] = (
    (sys, "stdout"), (sys, "stderr"), (sys, "argv"), (sys, "breakpointhook"), (builtins, "input"),
    (getpass, "getpass"),
)  # fmt: skip
INLINE = "module://matplotlib_inline.backend_inline"  # the backend of Matplotlib in a kernel
TURNS = 5  # of the event loop after a cell: tasks that it has started go on


class Shell(Protocol):
    """The part of an IPython shell that is used here: the names of the notebook."""

    user_ns: dict[str, object]


class ErrorFields(TypedDict):
    """An exception as plain data: the names of its class and bases, its message, and where it was raised."""

    kinds: list[str]
    message: str
    cell: int | None
    line: int | None
    traceback: list[str]


class NotebookShell:
    """A kernel's shell, and what is the notebook's own while its code runs.

    `in_place` holds the objects for `IN_PLACE`, as the notebook has left them.
    """

    def __init__(self, kernel: "NotebookKernel") -> None:
        self.kernel, self.shell = kernel, kernel.shell
        self.user_ns: dict[str, object] = self.shell.user_ns
        self.in_place: list[object] = [
            *kernel.streams, kernel.arguments, no_debugger, kernel.raw_input, kernel.getpass,
        ]  # fmt: skip
        self.cell_number = 0  # of the cell that runs, for what goes wrong in it
        self.missing: dict[int, list[str]] = {}  # see imports.py
        self._running = False

    @cached_property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The event loop, made when it is first needed: a fork must not share one."""
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        return loop

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Put the notebook's streams, arguments and input in place, and take them away afterwards."""
        if self._running:
            yield
            return
        outside = [getattr(owner, name) for owner, name in IN_PLACE]
        loop = asyncio._get_running_loop()
        self._running = True
        try:
            asyncio._set_running_loop(None)
            for (owner, name), value in zip(IN_PLACE, self.in_place, strict=True):
                setattr(owner, name, value)
            yield
        finally:
            self._running = False
            self.in_place = [getattr(owner, name) for owner, name in IN_PLACE]
            for (owner, name), value in zip(IN_PLACE, outside, strict=True):
                setattr(owner, name, value)
            asyncio._set_running_loop(loop)

    def complete(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Do this in the running event loop; at once, if it runs already (a call within a call)."""
        if self._running:
            return at_once(work)
        with self.running():
            task = self.loop.create_task(work)
            try:
                return self.loop.run_until_complete(task)
            finally:
                task.cancel()

    async def run_cell(self, number: int, source: str) -> ErrorFields | None:
        """Run cell `number` (counted from 1 over code cells); None, or what went wrong as plain text."""
        self.cell_number = number
        self.kernel.name_cell(number)
        try:
            raised = await self._execute(source)
        except BaseException as error:  # SystemExit, and what IPython lets through: the next cells still run
            raised = error
        with contextlib.suppress(asyncio.CancelledError):  # a notebook may cancel every task that it finds
            for _ in range(TURNS):
                await asyncio.sleep(0)
        return None if raised is None else describe(raised)

    async def _execute(self, source: str) -> BaseException | None:
        """The steps of `IPythonKernel.do_execute`; the exception that the cell has raised."""
        shell, failure = self.shell, None
        try:
            transformed = shell.transform_cell(source)
        except Exception:
            transformed, failure = source, sys.exc_info()
        options = {"transformed_cell": transformed, "preprocessing_exc_tuple": failure}
        result, work = None, shell.run_cell_async(source, store_history=True, **options)
        try:
            if shell.should_run_async(source, **options):
                result = await asyncio.ensure_future(work)
            else:
                result = at_once(work)
        finally:
            shell.events.trigger("post_execute")
            shell.events.trigger("post_run_cell", result)
        shell.payload_manager.clear_payload()
        raised: BaseException | None = result.error_before_exec or result.error_in_exec
        return raised


def make_shell() -> NotebookShell:
    """A kernel of this process that has run nothing; its namespace is `shell.user_ns`."""
    os.environ.setdefault("MPLBACKEND", INLINE)
    from .kernel import NotebookKernel

    before = dict(os.environ)
    kernel = NotebookKernel()
    os.environ.clear()  # colours are for the notebook's own output
    os.environ.update(before)
    return NotebookShell(kernel)


def run_cell(shell: NotebookShell, number: int, source: str) -> ErrorFields | None:
    """As `NotebookShell.run_cell`, from outside its event loop."""
    try:
        return shell.complete(shell.run_cell(number, source))
    except BaseException as error:  # raised while the cell waited: its time is up
        return describe(error)


def no_debugger(*_: object, **__: object) -> None:
    """What `breakpoint()` does in a kernel to which no debugger is attached."""


def at_once(work: Coroutine[Any, Any, Result]) -> Result:
    """The result of a coroutine that waits for nothing."""
    try:
        work.send(None)
    except StopIteration as end:
        result: Result = end.value
        return result
    raise RuntimeError("it waits for something")


def describe(error: BaseException) -> ErrorFields:
    """An exception as plain data; its place is the innermost line of the notebook on the way to it."""
    steps = notebook_steps(
        error.__traceback__, lambda name: name[6:-1] if name.startswith("<cell ") else None
    )
    cell, line = steps[-1][:2] if steps else ("", None)
    if isinstance(error, SyntaxError) and str(error.filename or "").startswith("<cell "):
        cell, line = str(error.filename)[6:-1], int(error.lineno or 0)
    try:
        message = str(error)[:MAX_TEXT]
    except BaseException:
        message = ""
    return {
        "kinds": [kind.__name__[:100] for kind in type(error).__mro__[:12]],
        "message": message,
        "cell": int(cell) if cell.isdigit() else None,
        "line": line,
        "traceback": [f"cell {number}, line {at}, in {function}" for number, at, function in steps[-8:]],
    }


def notebook_steps(
    tb: TracebackType | None, cell_of: Callable[[str], Cell | None]
) -> list[tuple[Cell, int, str]]:
    """(cell, line, function) of the first 500 steps in the notebook; `cell_of` maps file names to cells."""
    steps: list[tuple[Cell, int, str]] = []
    while tb is not None and len(steps) < 500:
        code = tb.tb_frame.f_code
        if (cell := cell_of(code.co_filename)) is not None:
            steps.append((cell, tb.tb_lineno, code.co_name[:80]))
        tb = tb.tb_next
    return steps
