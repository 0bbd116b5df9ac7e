"""Run cells as Jupyter would (magics, `!`, `?`, `display`, top-level await), without a screen."""

from __future__ import annotations

import ast
import contextlib
import io
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from types import CodeType, TracebackType
from typing import TYPE_CHECKING, Protocol, TypedDict, TypeVar

if TYPE_CHECKING:
    from IPython.core.interactiveshell import ExecutionResult

MAX_TEXT = 2_000
Cell = TypeVar("Cell", int, str)  # its number, or a text that may be one


class Shell(Protocol):
    """The part of an IPython shell that is used here; `cell_number` is the cell that errors will name."""

    user_ns: dict[str, object]
    cell_number: int
    missing: dict[int, list[str]]  # see imports.py
    ast_transformers: list[ast.NodeTransformer]
    register_magic_function: Callable[..., None]

    def run_cell(self, raw_cell: str) -> ExecutionResult: ...

    async def run_code(
        self, code_obj: CodeType, result: ExecutionResult | None = None, *, async_: bool = False
    ) -> bool: ...


class ErrorFields(TypedDict):
    """An exception as plain data: the names of its class and bases, its message, and where it was raised."""

    kinds: list[str]
    message: str
    cell: int | None
    line: int | None
    traceback: list[str]


def make_shell() -> Shell:
    """An IPython shell without history, colours or a screen; its namespace is `shell.user_ns`."""
    os.environ.setdefault("MPLBACKEND", "agg")
    from IPython import version_info
    from IPython.core.compilerop import CachingCompiler
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    class CellCompiler(CachingCompiler):
        def get_code_name(self, raw_code: str, transformed_code: str, number: int) -> str:
            return f"<cell {shell.cell_number}>"

    class NotebookShell(InteractiveShell):
        compiler_class = CellCompiler
        cell_number = 0
        missing: dict[int, list[str]] = {}
        system = InteractiveShell.system_raw  # `!` through a pipe: the sandbox has no terminals

        def enable_gui(self, gui: object = None) -> None:
            """`%matplotlib` of any kind: there is no screen."""

        def enable_matplotlib(self, gui: object = None) -> tuple[str, str]:
            return "agg", "agg"

        def ask_exit(self) -> None:
            """`exit()` in a cell ends nothing: the cells after it still run."""

        def showtraceback(self, *args: object, **kwargs: object) -> None:
            """Errors are recorded by `run_cell`, not printed."""

        showsyntaxerror = showtraceback

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor" if version_info >= (9,) else "NoColor"
    config.InteractiveShell.cache_size = 0
    shell = NotebookShell(config=config)
    shell.user_ns["__name__"] = "__main__"
    return shell


class _Nowhere(io.TextIOBase):
    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        return len(text)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Discard everything that is printed: output never changes a score and never shows a hidden input."""
    streams = contextlib.redirect_stdout(_Nowhere()), contextlib.redirect_stderr(_Nowhere())
    with streams[0], streams[1], warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def run_cell(shell: Shell, number: int, source: str) -> ErrorFields | None:
    """Run cell `number` (counted from 1 over code cells); None, or what went wrong as plain text."""
    shell.cell_number = number
    with quiet():
        try:
            result = shell.run_cell(source)
        except BaseException as error:  # SystemExit, and what IPython lets through: the next cells still run
            return describe(error)
    if "matplotlib.pyplot" in sys.modules:
        with contextlib.suppress(Exception):
            sys.modules["matplotlib.pyplot"].close("all")
    raised = result.error_before_exec or result.error_in_exec
    return None if raised is None else describe(raised)


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
