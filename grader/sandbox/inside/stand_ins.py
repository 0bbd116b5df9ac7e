"""What has no business in a graded notebook, and must not harm it: the student's own checks, and installers.

`from grader import check, hint`, `%load_ext grader`, `%check` and `%hint` do nothing, wherever they stand.
`%pip`, `!pip`, `!apt-get` and the like are not run, and say so. `%matplotlib widget` needs no widgets.
"""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from importlib.machinery import ModuleSpec
from types import ModuleType

from .shell import NotebookShell

PACKAGE = "grader"
NOT_RUN = "not run: nothing can be installed while a notebook is graded"
INSTALLERS = ("pip", "conda", "mamba", "micromamba", "uv")
INSTALLS = re.compile(
    r"\s*(sudo\s+)?(\S+\s+-m\s+)?(\S*/)?"
    r"(pip[\d.]*|conda|mamba|micromamba|uv|easy_install|apt|apt-get|brew)(\s|$)"
)


class Quiet:
    """Any name of the stand-in: can be called, entered into and read, is true, and says nothing."""

    def __call__(self, *_: object, **__: object) -> "Quiet":
        return self

    def __getattr__(self, name: str) -> "Quiet":
        if name.startswith(("__", "_repr_")):
            raise AttributeError(name)
        return self

    def __iter__(self) -> Iterator[object]:
        return iter(())

    def __repr__(self) -> str:
        return "(no checks and hints while a notebook is graded)"


class StandIn(ModuleType):
    """The module `grader`, or one below it, without anything in it."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return Quiet()


class Finder:
    """Finds the stand-in for `grader`, whether or not the real one stands next to NumPy here."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """The stand-in's spec; of all other names, nothing."""
        own = name.partition(".")[0] == PACKAGE
        return ModuleSpec(name, Finder, is_package=True) if own else None  # type: ignore[arg-type]

    @staticmethod
    def create_module(spec: ModuleSpec) -> ModuleType:
        module = StandIn(spec.name)
        vars(module).update(__all__=["check", "hint"], load_ipython_extension=lambda shell: None)
        return module

    @staticmethod
    def exec_module(module: ModuleType) -> None:
        """There is nothing to run."""


class Installs(ast.NodeTransformer):
    """Has `!pip install …` and the like answered here, instead of by a process without a network."""

    def visit_Call(self, node: ast.Call) -> ast.Call:
        match node:
            case ast.Call(
                ast.Attribute(ast.Call(ast.Name("get_ipython")), "system" | "getoutput" as way) as function,
                [ast.Constant(str(command))],
            ) if INSTALLS.match(command):
                function.attr = f"not_run_{way}"
        self.generic_visit(node)
        return node


def without_installers(begin: Callable[..., None]) -> Callable[..., None]:
    """`Popen.__init__`, by which installers that a cell starts as programs are not run and say so."""

    @wraps(begin)
    def start(process: object, args: str | bytes | Iterable[str], *others: object, **options: object) -> None:
        words = [args] if isinstance(args, str | bytes | os.PathLike) else list(args)
        if INSTALLS.match(" ".join(map(os.fsdecode, words))):
            words, options = ["echo", NOT_RUN], {**options, "shell": False, "executable": None}
        elif isinstance(args, str | bytes):
            return begin(process, args, *others, **options)
        begin(process, words, *others, **options)

    return start


def install(notebook: NotebookShell) -> None:
    """Put the stand-ins into this process and its shell."""
    shell = notebook.shell
    subprocess.Popen.__init__ = without_installers(subprocess.Popen.__init__)  # type: ignore[method-assign]
    if Finder not in sys.meta_path:
        sys.meta_path.insert(0, Finder)

    def checked(line: str, cell: str = "") -> None:
        """`%check`, `%hint`: nothing; below `%%check` the cell is run."""
        if cell:
            shell.run_cell(cell)

    def not_run(line: str) -> None:
        shell.user_ns["_exit_code"] = 0
        print(NOT_RUN)

    def not_run_getoutput(line: str) -> list[str]:
        shell.user_ns["_exit_code"] = 0
        return [NOT_RUN]

    enable = shell.enable_matplotlib

    def enable_matplotlib(gui: str | None = None) -> tuple[str | None, str]:
        """`%matplotlib` does without a backend that is not installed: nobody looks at the figures."""
        try:
            chosen: tuple[str | None, str] = enable(gui)
        except (RuntimeError, ImportError) as error:
            print(error)
            return gui, str(sys.modules["matplotlib"].get_backend())
        return chosen

    shell.enable_matplotlib = enable_matplotlib
    for name in ("check", "hint"):
        shell.register_magic_function(checked, "line_cell", name)
    for name in INSTALLERS:
        shell.register_magic_function(not_run, "line", name)
    vars(shell).update(not_run_system=not_run, not_run_getoutput=not_run_getoutput)
    shell.ast_transformers.append(Installs())
