"""Serve the judge's requests on a notebook's namespace: run a cell, call, read, list names."""

from __future__ import annotations

import inspect
import operator
import random
import sys
from collections.abc import Callable
from typing import Any

from . import codec
from .shell import describe, quiet, run_cell

Exchange = Callable[[bytes], tuple[bytes, bytes]]
OPERATORS: dict[str, Callable[..., Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
    "neg": operator.neg,
}


class MissingName(LookupError):
    """The notebook does not define the name that the judge asked for."""


class Server:
    """The notebook's namespace and the objects that the judge holds handles to.

    Args:
        shell: an IPython shell from `make_shell`.
        exchange: sends a frame to the judge and returns the (header, body) of the next one; used for
        callbacks.
    """

    def __init__(self, shell: Any, exchange: Exchange) -> None:
        self.shell = shell
        self.exchange = exchange
        self.objects: list[Any] = []

    def reply(self, header: bytes, body: bytes) -> bytes:
        """Answer one request frame with one reply frame; an exception of the student's becomes data."""
        try:
            request = codec.unpack(header, body, self.resolve, tensors=True)
            answer = getattr(self, "do_" + str(request[0]))(*request[1:])
            return codec.pack(["ok", answer], self.keep)
        except BaseException as error:
            return codec.pack(["error", describe(error)])

    def keep(self, value: Any) -> codec.HandleRef:
        self.objects.append(value)
        return codec.HandleRef(len(self.objects) - 1, type(value).__name__[:80])

    def resolve(self, ref: Any) -> Any:
        if isinstance(ref, codec.HandleRef):
            return self.objects[ref.number]
        return self.callback(ref.number)

    def callback(self, number: int) -> Callable[..., Any]:
        def judge_function(*args: Any, **kwargs: Any) -> Any:
            frame = codec.pack(["callback", number, list(args), kwargs], self.keep)
            answer = codec.unpack(*self.exchange(frame), self.resolve, tensors=True)
            if answer[0] != "ok":
                raise RuntimeError(str(answer[1]))
            return answer[1]

        return judge_function

    def find(self, target: list[Any]) -> Any:
        """The object at `target` = ["name" | "object", which, path]; path steps are ["attr", s] or ["item",
        key].
        """
        start, which, path = target
        if start == "name":
            if which not in self.shell.user_ns:
                raise MissingName(which)
            value = self.shell.user_ns[which]
        else:
            value = self.objects[which]
        for step, key in path:
            value = getattr(value, key) if step == "attr" else value[key]
        return value

    def do_cell(self, number: int, source: str) -> Any:
        return run_cell(self.shell, number, source)

    def do_seed(self, seed: int) -> None:
        """Set the global random states, so that a notebook without seeds gives the same answers every time."""
        random.seed(seed)
        if (numpy := sys.modules.get("numpy")) is not None:
            numpy.random.seed(seed)
        if (torch := sys.modules.get("torch")) is not None:
            # manual_seed looks for every kind of device first: 1 ms, also where torch was built for none
            device = sys.platform != "linux" or any(
                getattr(torch.version, name, None) for name in ("cuda", "hip", "xpu")
            )
            (torch if device else torch.default_generator).manual_seed(seed)

    def do_names(self) -> list[str]:
        return sorted(n for n in self.shell.user_ns if isinstance(n, str) and not n.startswith("_"))[:2000]

    def do_has(self, name: str) -> bool:
        return name in self.shell.user_ns

    def do_value(self, target: list[Any]) -> Any:
        return self.find(target)

    def do_hold(self, target: list[Any]) -> codec.HandleRef:
        return self.keep(self.find(target))

    def do_call(
        self, target: list[Any], args: list[Any], kwargs: dict[str, Any], keep: bool, echo: bool
    ) -> Any:
        with quiet():
            function = self.find(target)
            result = function(*args, **kwargs)
            if keep or inspect.isclass(function):
                result = self.keep(result)
            return [result, args if echo else None]

    def do_steps(self, steps: list[Any]) -> list[codec.HandleRef]:
        """Run steps [operation, operands] in one go; an operand is ["step", number] or ["is", value].

        An operation is one of OPERATORS, ".method" of its first operand, or a name of the notebook.
        """
        results: list[Any] = []
        with quiet():
            for operation, operands in steps:
                args = [results[value] if kind == "step" else value for kind, value in operands]
                if operation in OPERATORS:
                    results.append(OPERATORS[operation](*args))
                elif operation.startswith("."):
                    results.append(getattr(args[0], operation[1:])(*args[1:]))
                else:
                    results.append(self.find(["name", operation, []])(*args))
        return [self.keep(result) for result in results]
