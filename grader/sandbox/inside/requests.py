"""Answer the judge's requests on a notebook's namespace: run a cell, call, read, list names."""

import importlib
import inspect
import operator
from collections.abc import Callable
from typing import Any

from . import codec
from .forking import seed_random
from .imports import Absent
from .shell import ErrorFields, NotebookShell, Shell, at_once, describe

Exchange = Callable[[bytes], tuple[bytes, bytes]]
Target = tuple[
    str, str | int, list[tuple[str, object]]
]  # ["name" | "object" | "library", which, [["attr" | "item", key] …]]
OPERATORS: dict[str, Callable[..., object]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
    "neg": operator.neg,
}


class MissingName(LookupError):
    """The notebook does not define the name that the judge asked for."""


class Responder:
    """A notebook's namespace and the objects in it that the judge holds handles to.

    Args:
        exchange: sends a frame to the judge and returns the (header, body) of the next one; used for
        callbacks.
    """

    def __init__(self, shell: Shell, exchange: Exchange) -> None:
        self.shell = shell
        self.exchange = exchange
        self.objects: list[object] = []

    async def answer(self, header: bytes, body: bytes) -> bytes:
        """Answer one request frame with one reply frame; an exception of the student's becomes data.

        Only the request to run a cell waits for anything.
        """
        try:
            verb, *operands = self.unpack(header, body)
            result = getattr(self, f"do_{verb}")(*operands)
            return codec.pack(["ok", await result if verb == "cell" else result], self.keep)
        except BaseException as error:
            return codec.pack(["error", self.describe(error)])

    def reply(self, header: bytes, body: bytes) -> bytes:
        """As `answer`, from outside an event loop; a shell that is not ours cannot run cells."""
        work = self.answer(header, body)
        return self.shell.complete(work) if isinstance(self.shell, NotebookShell) else at_once(work)

    def describe(self, error: BaseException) -> ErrorFields:
        """An exception of the student's as plain data."""
        return describe(error)

    def unpack(self, header: bytes, body: bytes) -> list[object]:
        """What the judge has sent, with the objects and functions that its references stand for."""
        message = codec.unpack(header, body, self.resolve, tensors=True)
        assert isinstance(message, list)
        return message

    def keep(self, value: object) -> codec.HandleRef:
        """Keep an object that is not plain data; the judge gets its number, and of an `Absent` its error."""
        if isinstance(value, Absent):
            raise value.error()
        self.objects.append(value)
        return codec.HandleRef(len(self.objects) - 1, type(value).__name__[:80])

    def resolve(self, ref: codec.HandleRef | codec.CallbackRef) -> object:
        """The object, or a function that calls the judge's."""
        if isinstance(ref, codec.HandleRef):
            return self.objects[ref.number]

        def judge_function(*args: object, **kwargs: object) -> object:
            frame = codec.pack(["callback", ref.number, list(args), kwargs], self.keep)
            kind, answer = self.unpack(*self.exchange(frame))
            if kind != "ok":
                raise RuntimeError(str(answer))
            return answer

        return judge_function

    def find(self, target: Target) -> Any:
        """The object at `target`, after its steps through attributes and items."""
        start, which, path = target
        if start == "name" and which not in self.shell.user_ns:
            raise MissingName(which)
        value: Any
        if start == "library":
            value = importlib.import_module(str(which))
        else:
            value = self.shell.user_ns[str(which)] if start == "name" else self.objects[int(which)]
        for step, key in path:
            value = getattr(value, str(key)) if step == "attr" else value[key]
        return value

    async def do_cell(self, number: int, source: str) -> ErrorFields | None:
        assert isinstance(self.shell, NotebookShell)
        return await self.shell.run_cell(number, source)

    def do_seed(self, seed: int) -> None:
        """Set the global random states, so that a notebook without seeds always gives the same answers."""
        seed_random(seed)

    def do_imports(self) -> list[tuple[int, list[str]]]:
        """(cell, what could not be imported in it)."""
        assert isinstance(self.shell, NotebookShell)
        return list(self.shell.missing.items())

    def do_names(self) -> list[str]:
        return sorted(n for n in self.shell.user_ns if isinstance(n, str) and not n.startswith("_"))[:2000]

    def do_members(self, name: str) -> list[str]:
        """What a class of the notebook has beyond every object; nothing if there is no such class."""
        kind = self.shell.user_ns.get(name)
        return sorted(set(dir(kind)) - set(dir(object)))[:2000] if isinstance(kind, type) else []

    def do_has(self, name: str) -> bool:
        return name in self.shell.user_ns

    do_value = find

    def do_hold(self, target: Target) -> codec.HandleRef:
        return self.keep(self.find(target))

    def do_call(
        self, target: Target, args: list[object], kwargs: dict[str, object], keep: bool, echo: bool
    ) -> list[object]:
        function = self.find(target)
        result = function(*args, **kwargs)
        if keep or inspect.isclass(function):
            result = self.keep(result)
        return [result, args if echo else None]

    def do_steps(self, steps: list[tuple[str, list[tuple[str, Any]]]]) -> list[codec.HandleRef]:
        """Run steps [operation, operands] in one go; an operand is ["step", number] or ["is", value].

        An operation is one of OPERATORS, ".method" of its first operand, or a name of the notebook.
        """
        results: list[object] = []
        for operation, operands in steps:
            args = [results[value] if kind == "step" else value for kind, value in operands]
            if operation.startswith("."):
                results.append(getattr(args[0], operation[1:])(*args[1:]))
            else:
                function = OPERATORS.get(operation) or self.find(("name", operation, []))
                results.append(function(*args))
        return [self.keep(result) for result in results]
