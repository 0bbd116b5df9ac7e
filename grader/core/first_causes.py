"""Why a notebook lacks a name when it is asked for: which cell would have defined it, and what stopped that.

Everything here follows from the cells' sources and from what came of running them.
"""

import ast
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from grader.core.bindings import Binding, NamesOfCells, names_in
from grader.core.cell_errors import error_class, what_stopped
from grader.core.cells import Cells, Definition
from grader.core.report import CellResult, Status
from grader.core.untouched import is_stub

STEPS = 200  # functions that are followed from one to the next
GOES_ON = ("ModuleNotFoundError", "ImportError", "UsageError")  # a cell goes on after these
UNREADABLE = ("SyntaxError", "IndentationError", "TabError")  # nothing in the cell was run
UNDEFINED = re.compile(r"NameError: name '(\w{1,80})' is not defined")
NOT_RUN = "the cell was not run"


@dataclass(frozen=True)
class Cause:
    """Why something is missing.

    Attributes:
        origin: the first cause, in the same words for everything that it stopped: `cell 1, line 2: …`.
        how: the way from there to what is missing, in a sentence without a full stop.
    """

    origin: str
    how: str


@dataclass(frozen=True)
class FirstCauses:
    """What the failures of one notebook come from."""

    cells: Cells = ()
    results: Sequence[CellResult] = ()

    @cached_property
    def _names(self) -> NamesOfCells:
        return names_in(self.cells)

    @cached_property
    def _by_name(self) -> dict[str, list[Binding]]:
        bindings: dict[str, list[Binding]] = {}
        for binding in self._names.bindings:
            bindings.setdefault(binding.name, []).append(binding)
        return bindings

    @cached_property
    def _results(self) -> dict[int, CellResult]:
        return {result.index: result for result in self.results}

    def of_name(
        self, name: str, local: bool = False, seen: Collection[str] = (), before: int | None = None
    ) -> Cause | None:
        """Why the notebook has no `name`; None if nothing but its author is to blame.

        Args:
            local: whether it counts that the name is defined inside a function or class.
            seen: names that have been asked for on the way here.
            before: the cell that wanted the name, if that was a cell: only those above it count.
        """
        own = (binding for binding in self._by_name.get(name, ()) if not binding.within)
        known = [binding for binding in own if before is None or binding.cell < before]
        if lost := [binding for binding in known if not binding.deleted and self._is_lost(binding)]:
            return self._of_lost(lost[-1], (*seen, name))
        if known and (cause := _out_of_reach(known[-1])):
            return cause
        nested = [binding for binding in self._by_name.get(name, ()) if isinstance(binding.node, Definition)]
        if local and nested and isinstance(outer := nested[-1].within, Definition):
            place = at(nested[-1].cell, outer.lineno)
            return Cause(
                f"{place}: what is defined inside `{outer.name}` cannot be called from outside",
                f"cell {nested[-1].cell} defines `{name}` inside `{outer.name}`",
            )
        if not known and name in self._names.used:
            return self._of_star(name)
        return None

    def _is_lost(self, binding: Binding) -> bool:
        """Whether the cell was stopped before it came to the end of this statement."""
        result = self._results.get(binding.cell)
        if result is None or result.status == Status.PASSED:
            return False
        kind = error_class(result.error)
        if result.status == Status.FAILED and kind in GOES_ON:
            return False
        return kind in UNREADABLE or not result.line or binding.last >= result.line

    def _of_lost(self, binding: Binding, seen: Collection[str]) -> Cause:
        result = self._results[binding.cell]
        defines = f"cell {binding.cell} defines `{binding.name}`, but"
        error = result.error or ""
        wanted = UNDEFINED.match(error)
        cause = (
            self.of_name(wanted[1], False, seen, binding.cell) if wanted and wanted[1] not in seen else None
        )
        if wanted and cause:
            where = f"{_before(result, binding)}: `{wanted[1]}` was missing there"
            return Cause(cause.origin, f"{defines} stopped {where}")
        words = what_stopped(result)
        if error.startswith(NOT_RUN):
            return Cause(words, f"{defines} was not run")
        origin = f"{at(binding.cell, result.line)}: {words}"
        if error_class(error) in UNREADABLE:
            return Cause(origin, f"{defines} Python cannot read the cell, so nothing in it was run")
        return Cause(origin, f"{defines} stopped {_before(result, binding)}")

    def with_origins(self) -> tuple[CellResult, ...]:
        """The results of the cells, each with its origin if that is in another cell."""
        out = []
        for result in self.results:
            wanted = UNDEFINED.match(result.error or "")
            cause = self.of_name(wanted[1], before=result.index) if wanted else None
            out.append(replace(result, origin=cause.origin) if cause else result)
        return tuple(out)

    def of_module(self, message: str, cell: int | None, line: int | None) -> Cause | None:
        """The cause of an ImportError with this message, which was raised in a line of the notebook."""
        if gone := re.match(r"No module named '([\w.]{1,100})'", message):
            module, words = gone[1], f"there is no module `{gone[1]}` here"
        elif gone := re.match(r"cannot import name '(\w{1,80})' from '([\w.]{1,100})'", message):
            module, words = gone[2], f"the module `{gone[2]}` here has no `{gone[1]}`"
        elif message.startswith("attempted relative import"):
            return self._of_relative_import(cell, line)
        else:
            return None
        root, needs = module.partition(".")[0], f"this needs `{module}`"
        if cell:
            needs += f" in {at(cell, line)}"
        for number, node in self._names.imports:
            if any(name.partition(".")[0] == root for name in _modules(node)):
                cell, line = number, node.lineno
                break
        return Cause(f"{at(cell, line)}: {words}" if cell else words, needs)

    def _of_relative_import(self, cell: int | None, line: int | None) -> Cause | None:
        """The cause of an ImportError of `from .module import name`, raised where the name is used."""
        text = next((source for number, source in self.cells if number == cell), "").splitlines()
        used = set(re.findall(r"\w+", text[line - 1] if line and line <= len(text) else ""))
        known = [(number, node) for number, node in self._names.imports if _dotted(node).startswith(".")]
        here = [(n, node) for n, node in known if used & {alias.asname or alias.name for alias in node.names}]
        for number, node in (here or known)[:1]:
            return _relative(number, node)
        return None

    def _of_star(self, name: str) -> Cause | None:
        """The import of everything from a module that is not there, from which a name may have come."""
        missing = {module.partition(".")[0] for result in self.results for module in result.missing}
        for number, node in self._names.imports:
            module = getattr(node, "module", None) or ""
            if node.names[0].name == "*" and _dotted(node).startswith("."):
                cause = _relative(number, node)
                return replace(cause, how=f"`{name}` may have been meant to come from `{_dotted(node)}`")
            if node.names[0].name == "*" and (root := module.partition(".")[0]) in missing:
                origin = f"{at(number, node.lineno)}: there is no module `{root}` here"
                return Cause(origin, f"no cell defines `{name}`, so it may come from `{module}`")
        return None

    def definition(self, name: str) -> ast.AST | None:
        """What the notebook binds to a function, class, variable or method ("Value.backward"), as syntax.

        Of several, the last that was run.
        """
        known = [b for b in self._by_name.get(name, ()) if not (b.within or b.deleted) and b.node]
        ran = [binding for binding in known if not self._is_lost(binding)]
        if known:
            return (ran or known)[-1].node
        owner, _, method = name.partition(".")
        body = getattr(self.definition(owner), "body", []) if method else []
        for part in reversed(body if isinstance(body, list) else []):
            if isinstance(part, Definition) and part.name == method:
                return part
        return None

    def place(self, name: str) -> str:
        """`cell 1, line 2: ` of what the notebook binds to a name; "" if that is not known."""
        node = self.definition(name)
        known = (b for b in self._by_name.get(name.partition(".")[0], ()) if not b.within)
        cell = next((b.cell for b in reversed(list(known)) if b.node is not None), 0)
        return f"{at(cell, getattr(node, 'lineno', None))}: " if node is not None and cell else ""

    def is_stub(self, name: str) -> bool:
        """Whether the answer was left as it was given."""
        return is_stub(self.definition(name))

    def needs(self, name: str) -> list[str]:
        """The names of the notebook that an answer uses, also through other functions; nearest first."""
        found, ahead = dict[str, None](), [name]
        while ahead and len(found) < STEPS:
            node = self.definition(ahead.pop(0))
            for part in ast.walk(node) if node is not None else ():
                if isinstance(part, ast.Name) and part.id in self._by_name and part.id not in found:
                    found[part.id] = None
                    ahead.append(part.id)
        found.pop(name, None)
        return list(found)

    def returns_nothing(self, name: str) -> bool:
        """Whether this is a function without any `return` of a value."""
        node = self.definition(name)
        if not isinstance(node, ast.FunctionDef):
            return False
        parts = list(_own(node))
        speaks = any(
            isinstance(p, ast.Return) and p.value or isinstance(p, ast.Yield | ast.YieldFrom) for p in parts
        )
        return not speaks and not is_stub(node)

    def class_at(self, cell: int | None, line: int | None) -> str:
        """The class of the notebook in which a line is, "" if it is in none."""
        for binding in self._names.bindings:
            node = binding.node if binding.cell == cell else None
            if isinstance(node, ast.ClassDef) and node.lineno <= (line or 0) <= (node.end_lineno or 0):
                return node.name
        return ""

    def attributes(self, owner: str) -> set[str]:
        """The methods of a class of the notebook, and what it gives its objects."""
        node = self.definition(owner)
        if not isinstance(node, ast.ClassDef):
            return set()
        attributes = (part for part in ast.walk(node) if isinstance(part, ast.Attribute))
        own = (part.attr for part in attributes if isinstance(part.ctx, ast.Store))
        fields = (ast.unparse(part.target) for part in node.body if isinstance(part, ast.AnnAssign))
        return {*own, *fields, *(part.name for part in node.body if isinstance(part, Definition))}

    def inside(self, name: str) -> str:
        """The function to which a name is local, "" if there is none."""
        known = self._by_name.get(name, ())
        return next((b.within.name for b in known if isinstance(b.within, Definition)), "")


def _out_of_reach(last: Binding) -> Cause | None:
    """Why a name is not there although the cell that binds it last has run, if the cell itself says so."""
    if last.deleted:
        origin = f"{at(last.cell, last.line)}: `del` takes away what was there"
        return Cause(origin, f"`{last.name}` is deleted")
    if last.under is None:
        return None
    word = type(last.under).__name__.removeprefix("Async").removesuffix("Star").lower()
    place = at(last.cell, getattr(last.under, "lineno", None))
    return Cause(
        f"{place}: the notebook did not come to what this `{word}` decides",
        f"cell {last.cell} defines `{last.name}` under a condition, and did not come to it",
    )


def at(cell: int | None, line: int | None) -> str:
    """`cell 1, line 2`, as pages make a link of it."""
    return f"cell {cell}, line {line}" if line else f"cell {cell}"


def _relative(cell: int, node: ast.Import | ast.ImportFrom) -> Cause:
    words = f"`from {_dotted(node)} import …` is a relative import, which finds nothing in a notebook"
    return Cause(f"{at(cell, node.lineno)}: {words}", f"this needs `{_dotted(node)}`")


def _dotted(node: ast.Import | ast.ImportFrom) -> str:
    return "." * node.level + (node.module or "") if isinstance(node, ast.ImportFrom) else ""


def _before(result: CellResult, binding: Binding) -> str:
    if not result.line:
        return "before it was done"
    return f"in line {result.line}" if binding.line <= result.line else f"above it, in line {result.line}"


def _modules(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(node, ast.ImportFrom):
        yield node.module or ""
    else:
        yield from (alias.name for alias in node.names)


def _own(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """The nodes of a function, without those of functions in it."""
    stack: list[ast.AST] = list(function.body)
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, Definition | ast.Lambda):
            stack += ast.iter_child_nodes(node)
