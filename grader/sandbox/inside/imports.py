"""What is not installed here costs only what needs it: a cell goes on after an import that fails.

An import that would end its cell binds its name to an `Absent` instead, which raises the import's error as
soon as it is used. A statement that such an error stops is left out, and what it alone would have bound is
absent too; the statements after it are run. Functions do without absent decorators and annotations. Inside
`try`, `with suppress(…)` or a function, where a notebook may have a fallback, imports fail as in Jupyter.
"""

import ast
import builtins
import copy
import dis
import sys
from types import CodeType
from typing import TYPE_CHECKING, NoReturn

from .shell import NotebookShell

if TYPE_CHECKING:
    from IPython.core.interactiveshell import ExecutionResult

HELPER, PRESENT = "__absent__", "__present__"  # builtins, so that they are in nobody's namespace
NOTHING = ast.Constant(None)
Function = ast.FunctionDef | ast.AsyncFunctionDef
MOST = 100  # names that are noted
PROBES = ("__version__", "__file__", "__path__")  # special names that notebooks ask for; others Python does
SPECIAL = """call getitem setitem delitem len contains iter next reversed enter exit aenter aexit await aiter
    bool setattr delattr lt le gt ge add radd sub rsub mul rmul matmul rmatmul truediv rtruediv floordiv
    rfloordiv mod rmod divmod rdivmod pow rpow lshift rlshift rshift rrshift and rand or ror xor rxor neg pos
    invert abs round int float complex index array mro_entries instancecheck subclasscheck""".split()


class Absent:
    """Stands for what could not be imported: whoever uses it gets the error of the import.

    Looking at it is not using it: `is None`, `==`, `repr` and `str` work.
    """

    def __init__(self, error: ImportError) -> None:
        self.__dict__["reason"] = error

    def error(self) -> ImportError:
        """The import's error, as Python words it."""
        reason: ImportError = self.__dict__["reason"]
        return type(reason)(reason.msg, name=reason.name, path=reason.path)

    def __getattr__(self, name: str) -> NoReturn:
        if name not in PROBES and name.startswith(("__", "_repr_", "_ipython_")):
            raise AttributeError(name)
        raise self.error()

    def __repr__(self) -> str:
        return f"<not imported: {self.__dict__['reason'].msg}>"


def _use(self: Absent, *_: object, **__: object) -> NoReturn:
    raise self.error()


for _name in SPECIAL:
    setattr(Absent, f"__{_name}__", _use)


class Imports(ast.NodeTransformer):
    """Rewrites each import that would end its cell, so that it is caught; lines stay what they are.

    Attributes:
        missing: cell → what could not be imported there: `tqdm.auto`, or `torch:nope` for a name of a module.
    """

    def __init__(self, shell: NotebookShell) -> None:
        self._shell = shell
        self._imported: set[str] = set()
        self.missing: dict[int, list[str]] = {}

    def visit_Import(self, node: ast.Import) -> list[ast.stmt]:
        out = []
        for alias in node.names:
            wanted = [alias.name, ""] if alias.asname else [alias.name]
            bound = alias.asname or alias.name.partition(".")[0]
            out.append(self._caught(ast.Import([alias]), node, bound, *wanted))
        return out

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.stmt | list[ast.stmt]:
        if node.module is None or node.level or node.module == "__future__":
            return node
        out: list[ast.stmt] = []
        for alias in node.names:
            statement = ast.ImportFrom(node.module, [alias], 0)
            out.append(self._caught(statement, node, alias.asname or alias.name, node.module, alias.name))
        return out

    def visit_Try(self, node: ast.Try) -> ast.Try:
        body = node.body
        if node.handlers:
            node.body = []  # has its fallback
        self.generic_visit(node)
        node.body = body
        return node

    def visit_TryStar(self, node: ast.TryStar) -> ast.TryStar:
        return node

    def visit_With(self, node: ast.With) -> ast.AST:
        parts = [part for item in node.items for part in ast.walk(item.context_expr)]
        names = {getattr(part, "id", getattr(part, "attr", "")) for part in parts}
        return node if names & {"suppress", "raises"} else self.generic_visit(node)

    def visit_Lambda(self, node: ast.Lambda) -> ast.Lambda:
        """As in Jupyter: nobody has called it yet."""
        return node

    def visit_FunctionDef(self, node: Function) -> Function:
        """Imports in it are as in Jupyter; it does without the decorators and annotations that are absent."""
        same = ast.parse("lambda function: function", mode="eval").body
        node.decorator_list = [self._if_present(each, same) for each in node.decorator_list]
        annotated = [part for part in ast.walk(node.args) if isinstance(part, ast.arg)]
        for part in annotated:
            part.annotation = part.annotation and self._if_present(part.annotation)
        node.returns = node.returns and self._if_present(node.returns)
        return node

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AnnAssign:
        node.annotation = self._if_present(node.annotation)
        return node

    def _if_present(self, wanted: ast.expr, otherwise: ast.expr = NOTHING) -> ast.expr:
        """`wanted if __present__("njit") else otherwise`, for the imported names in it."""
        names = {part.id for part in ast.walk(wanted) if isinstance(part, ast.Name)} & self._imported
        if not names:
            return wanted
        call = ast.Call(ast.Name(PRESENT, ast.Load()), [ast.Constant(name) for name in sorted(names)], [])
        choice = ast.IfExp(call, wanted, copy.deepcopy(otherwise))
        for node in (choice, *ast.walk(call), *ast.walk(choice.orelse)):
            ast.copy_location(node, wanted)
        return choice

    def _caught(self, statement: ast.stmt, at: ast.stmt, bound: str, *wanted: str) -> ast.stmt:
        """`try: import x` / `except ImportError: x = __absent__("x")`, all of it in the import's line."""
        self._imported.add(bound)
        call = ast.Call(ast.Name(HELPER, ast.Load()), [ast.Constant(word) for word in wanted], [])
        names: list[ast.expr] = [ast.Name(bound, ast.Store())]
        rescue = ast.Expr(call) if bound == "*" else ast.Assign(names, call)
        handler = ast.ExceptHandler(ast.Name("ImportError", ast.Load()), None, [rescue])
        block = ast.Try([statement], [handler], [], [])
        for node in ast.walk(block):
            ast.copy_location(node, at)
        return block

    def absent(self, module: str, name: str | None = None) -> object:
        """What a failed import binds; called while its error is handled.

        Args:
            name: what was to come from `module`; "" for `import module as …`, None for `import module`.
        """
        error = sys.exception()
        assert isinstance(error, ImportError)
        self.note(error, module, name or "")
        root = module.partition(".")[0]
        return sys.modules[root] if name is None and root in sys.modules else Absent(error)

    def present(self, *names: str) -> bool:
        """Whether what these names were imported for is here."""
        return not any(isinstance(self._shell.user_ns.get(name), Absent) for name in names)

    def leave_out(self, statement: CodeType, error: ImportError) -> None:
        """Bind what a statement that has failed would have bound, a decorated function for example."""
        self.note(error)
        for step in dis.get_instructions(statement):
            if step.opname == "STORE_NAME" and not step.argval.startswith("_"):
                self._shell.user_ns.setdefault(step.argval, Absent(error))

    def note(self, error: ImportError, module: str = "", name: str = "") -> None:
        """Remember what was missing: the module that was asked for, or one that this needs itself.

        Without a `module`, the error may be that of an earlier import.
        """
        absent = error.name or module
        if not isinstance(error, ModuleNotFoundError):
            absent = f"{module or absent}:{name}" if name else ""
        elif f"{module}.".startswith(f"{absent}."):
            absent = module
        names = self.missing.setdefault(self._shell.cell_number, [])
        known = names if module else [each for several in self.missing.values() for each in several]
        if absent and len(names) < MOST and not any(f"{each}.".startswith(f"{absent}.") for each in known):
            names.append(absent)


def forgive(shell: NotebookShell) -> None:
    """Let the cells of this shell go on where a module or a magic is not installed."""
    from IPython.core.error import UsageError

    imports = Imports(shell)
    setattr(builtins, HELPER, imports.absent)
    setattr(builtins, PRESENT, imports.present)
    shell.shell.ast_transformers.append(imports)
    shell.missing = imports.missing
    run = shell.shell.run_code

    async def run_code(
        code_obj: CodeType, result: "ExecutionResult | None" = None, *, async_: bool = False
    ) -> bool:
        first = result.error_in_exec if result else None
        failed: bool = await run(code_obj, result, async_=async_)
        if result is None or not failed:
            return failed
        error = result.error_in_exec
        goes_on = isinstance(error, ImportError | UsageError)
        if goes_on:  # what ends a cell is said before what it went on after
            result.error_in_exec = first or error
        if isinstance(error, ImportError):
            imports.leave_out(code_obj, error)
        return not goes_on

    shell.shell.run_code = run_code
