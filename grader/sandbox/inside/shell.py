"""Run the cells of a notebook as Jupyter would: magics, `!`, `?`, `display`, top-level await; figures without
a screen.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import warnings
from collections.abc import Iterator
from types import TracebackType
from typing import Any

MAX_TEXT = 2_000


def make_shell() -> Any:
    """An IPython shell without history, colours or a screen; its namespace is `shell.user_ns`."""
    os.environ.setdefault("MPLBACKEND", "agg")
    from IPython import version_info
    from IPython.core.compilerop import CachingCompiler
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    class CellCompiler(CachingCompiler):
        cell = 0

        def get_code_name(self, raw_code: str, transformed_code: str, number: int) -> str:
            return f"<cell {self.cell}>"

    class NotebookShell(InteractiveShell):
        compiler_class = CellCompiler
        system = InteractiveShell.system_raw  # `!` through a pipe: the sandbox has no terminals

        def enable_gui(self, gui: Any = None) -> None:
            """`%matplotlib` of any kind: there is no screen."""

        def enable_matplotlib(self, gui: Any = None) -> Any:
            return "agg", "agg"

        def ask_exit(self) -> None:
            """`exit()` in a cell ends nothing: the cells after it still run."""

        def showtraceback(self, *args: Any, **kwargs: Any) -> None:
            """Errors are recorded by `run_cell`, not printed."""

        def showsyntaxerror(self, *args: Any, **kwargs: Any) -> None:
            """As `showtraceback`."""

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor" if version_info >= (9,) else "NoColor"
    config.InteractiveShell.cache_size = 0
    shell = NotebookShell(config=config)
    shell.compile = CellCompiler()
    shell.user_ns["__name__"] = "__main__"
    return shell


class _Nowhere(io.TextIOBase):
    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        return len(text)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Nothing that is printed goes anywhere: output never changes a score, nor shows a hidden input."""
    with (
        contextlib.redirect_stdout(_Nowhere()),
        contextlib.redirect_stderr(_Nowhere()),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield


def run_cell(shell: Any, number: int, source: str) -> dict[str, Any] | None:
    """Run cell `number` (counted from 1 over code cells); None, or what went wrong as plain text."""
    shell.compile.cell = number
    with quiet():
        try:
            result = shell.run_cell(source, store_history=False, silent=False)
        except (
            BaseException
        ) as error:  # SystemExit and whatever IPython lets through: the rest of the notebook still runs
            return describe(error)
    if "matplotlib.pyplot" in sys.modules:
        with contextlib.suppress(Exception):
            sys.modules["matplotlib.pyplot"].close("all")
    raised = result.error_before_exec or result.error_in_exec
    return None if raised is None else describe(raised)


def describe(error: BaseException) -> dict[str, Any]:
    """An exception as plain data: the names of its class and bases, message, cell, line, short traceback."""
    place, lines = _places(error.__traceback__)
    if isinstance(error, SyntaxError) and str(error.filename or "").startswith("<cell "):
        place = (str(error.filename)[6:-1], int(error.lineno or 0))
    try:
        message = str(error)[:MAX_TEXT]
    except BaseException:
        message = ""
    return {
        "kinds": [kind.__name__[:100] for kind in type(error).__mro__[:12]],
        "message": message,
        "cell": int(place[0]) if place and place[0].isdigit() else None,
        "line": place[1] if place else None,
        "traceback": lines,
    }


def _places(tb: TracebackType | None) -> tuple[tuple[str, int] | None, list[str]]:
    place: tuple[str, int] | None = None
    lines: list[str] = []
    while tb is not None and len(lines) < 500:
        name = tb.tb_frame.f_code.co_filename
        if name.startswith("<cell "):
            place = (name[6:-1], tb.tb_lineno)
            lines.append(f"cell {name[6:-1]}, line {tb.tb_lineno}, in {tb.tb_frame.f_code.co_name[:80]}")
        tb = tb.tb_next
    return place, lines[-8:]
