"""`student`, references, handles and callbacks: the notebook's functions called over frames of plain data."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from grader.core.report import Status
from grader.sandbox.inside import codec
from grader.suite.failures import Crashed, NotAttempted, StudentFailure

MAX_CALLBACKS = 2_000_000
MAX_SHOWN = 80
MAX_ENTRIES = 8  # of an array whose numbers are shown


Respond = Callable[[bytes, bytes], bytes | None]


class Shown(str):
    """Text of an argument, which is not shown once more."""


class Call:
    """A call as the student would write it, with its arguments as they are now; the text is made when it is
    asked for.

    Args:
        function: what is called, as text.
    """

    __slots__ = ("_args", "_function", "_kwargs", "_text")

    def __init__(self, function: str, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
        self._function, self._text = function, ""
        self._args = [_as_it_is(arg) for arg in args]
        self._kwargs = {name: _as_it_is(arg) for name, arg in kwargs.items()} if kwargs else kwargs

    def __str__(self) -> str:
        if not self._text:
            parts = [*map(show, self._args), *(f"{name}={show(arg)}" for name, arg in self._kwargs.items())]
            self._text = f"{self._function}({', '.join(parts)})"
        return self._text


Said = str | Call


class Channel(Protocol):
    """Where frames go: a worker in the sandbox, or a namespace of this process."""

    def exchange(self, frame: bytes, call: Said, respond: Respond) -> tuple[bytes, bytes]:
        """Send the frame of the call described by `call`; (header, body) of its reply.

        `respond` gives the frame to send back for what is a callback, and None for what is the reply.
        """


@dataclass(frozen=True)
class Step:
    """The result of an earlier step, by its number, as an operand of `Student.steps`."""

    number: int


class Student:
    """The notebook from outside: `student.sigmoid(x)` asks for that function's answer.

    Args:
        channel: how frames reach the notebook.
    """

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._calls: list[Said] = []

    def __getattr__(self, name: str) -> Ref:
        if name.startswith("__"):
            raise AttributeError(name)
        return Ref(self, ["name", name, []], name)

    def has(self, name: str) -> bool:
        """Whether the notebook defines `name`."""
        return bool(self._request(["has", name], name))

    def last_call(self) -> str:
        """The latest call, as the student would write it."""
        return str(self._calls[-1]) if self._calls else ""

    def steps(self, program: Sequence[tuple[Any, ...]]) -> list[Handle]:
        """Run the operations of an expression in the notebook's process, in one go; the result of each, as a
        handle.

        Args:
            program: tuples `(operation, *operands)`. An operation is `"+" "-" "*" "/" "**" "neg"`, a method
                of the first operand (`".relu"`), or a name of the notebook (`"Value"`); an operand is a plain
                value or `Step(number)`.

        Raises:
            StudentFailure: an operation failed, or the notebook does not define what was called.
        """
        call = _expression(program)
        self._calls[:] = [call]
        wire = [
            [operation, [["step", o.number] if isinstance(o, Step) else ["is", o] for o in operands]]
            for operation, *operands in program
        ]
        results = self._request(["steps", wire], call)
        if not (
            isinstance(results, list)
            and len(results) == len(program)
            and all(isinstance(r, Handle) for r in results)
        ):
            raise StudentFailure(f"`{call}` gave an answer that cannot be read")
        return results

    def _request(
        self, request: list[Any], call: Said, functions: list[Callable[..., Any]] | None = None
    ) -> Any:
        functions = functions if functions is not None else []
        frame = codec.pack(request, _reference(functions))
        count = 0

        def decode(header: bytes, body: bytes) -> Any:
            try:
                return codec.unpack(header, body, lambda ref: Handle(self, ref, str(call)))
            except (codec.WireError, TypeError, ValueError) as error:
                raise StudentFailure(f"`{call}` gave an answer that cannot be read: {error}"[:500]) from None

        def respond(header: bytes, body: bytes) -> bytes | None:
            nonlocal count
            message = decode(header, body)
            if not (isinstance(message, list) and len(message) == 4 and message[0] == "callback"):
                return None
            count += 1
            if count > MAX_CALLBACKS:
                raise StudentFailure(
                    f"`{call}` called the function it was given more than {MAX_CALLBACKS} times"
                )
            return _answer(functions, *message[1:])

        reply = decode(*self._channel.exchange(frame, call, respond))
        if not isinstance(reply, list) or len(reply) != 2:
            raise StudentFailure(f"`{call}` gave an answer that cannot be read")
        if reply[0] == "ok":
            return reply[1]
        raise _failure(str(call), reply[1] if isinstance(reply[1], dict) else {}, request)


class Ref:
    """A name or attribute in the notebook; call it, go deeper, or read it with `.value()`."""

    def __init__(self, student: Student, target: list[Any], text: str) -> None:
        self._student, self._target, self._text = student, target, text

    def __getattr__(self, name: str) -> Ref:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._step("attr", name, f".{name}")

    def __getitem__(self, key: Any) -> Ref:
        return self._step("item", key, f"[{key!r}]")

    def _step(self, kind: str, key: Any, text: str) -> Ref:
        start, which, path = self._target
        return Ref(self._student, [start, which, [*path, [kind, key]]], self._text + text)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._call(args, kwargs)[0]

    def keep(self, *args: Any, **kwargs: Any) -> Handle:
        """Call, and leave the result in the notebook's process: a handle, whatever it is."""
        result = self._call(args, kwargs, keep=True)[0]
        if not isinstance(result, Handle):
            raise StudentFailure(f"`{self._text}` gave an answer that cannot be kept")
        return result

    def with_arguments(self, *args: Any, **kwargs: Any) -> tuple[Any, list[Any]]:
        """Call; the result and the arguments as they are after the call."""
        result, after = self._call(args, kwargs, echo=True)
        return result, after if isinstance(after, list) else []

    def value(self) -> Any:
        """What stands there, as plain data."""
        return self._student._request(["value", self._target], self._text)

    def _held(self) -> Handle:
        """What stands there, as a handle: a name, an attribute or an item can be an argument."""
        held = self._student._request(["hold", self._target], self._text)
        if not isinstance(held, Handle):
            raise StudentFailure(f"`{self._text}` cannot be passed on")
        return held

    def _call(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], keep: bool = False, echo: bool = False
    ) -> Any:
        call = Call(self._text, args, kwargs)
        self._student._calls[:] = [call]
        answer = self._student._request(["call", self._target, list(args), kwargs, keep, echo], call, [])
        if not isinstance(answer, list) or len(answer) != 2:
            raise StudentFailure(f"`{call}` gave an answer that cannot be read")
        if isinstance(answer[0], Handle):
            answer[0]._text = text if len(text := str(call)) < 60 else f"{self._text}(…)"
        return answer


class Handle(Ref):
    """An object that lives in the notebook's process. It is never compared: read plain data out of it first."""

    def __init__(self, student: Student, ref: codec.Reference, text: str) -> None:
        super().__init__(student, ["object", ref.number, []], text)
        self._ref = ref

    def _refuse(self, *_: object) -> Any:
        raise StudentFailure(f"`{self._text}` gave a {self._ref.kind}, where numbers were expected")

    __bool__ = __float__ = __int__ = __len__ = __iter__ = __array__ = __eq__ = __lt__ = _refuse
    __hash__ = None  # type: ignore[assignment]


def _as_it_is(value: Any) -> Any:
    """What `show` will make the same of later, whatever becomes of the argument; numbers are written out only
    if need be.
    """
    kind = type(value)
    if kind is float or kind is int:
        return value
    if kind is np.ndarray:
        return value.copy() if value.size <= MAX_ENTRIES else Shown(_shape(value))
    return Shown(show(value))


def _shape(value: Any) -> str:
    return f"<array of shape {tuple(value.shape)}>"


def show(value: Any) -> str:
    """A short, readable rendering of an argument."""
    if isinstance(value, Shown):
        return str(value)
    if isinstance(value, Ref):
        return value._text
    if callable(value) and hasattr(value, "__name__"):
        return str(value.__name__)
    if isinstance(value, np.ndarray) or type(value).__module__ == "torch":
        if math.prod(value.shape) <= MAX_ENTRIES and hasattr(value, "tolist"):
            return np.array2string(np.asarray(value), precision=4, separator=", ").replace("\n", "")
        return _shape(value)
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, dict):
        text = "{" + ", ".join(f"{key!r}: {show(part)}" for key, part in list(value.items())[:8]) + "}"
    elif isinstance(value, (list, tuple)):
        text = ", ".join(map(show, value[:8]))
        text = f"[{text}]" if isinstance(value, list) else f"({text})"
    else:
        text = repr(value)
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"


def _expression(program: Sequence[tuple[Any, ...]]) -> str:
    """The last step of a program as the student would write it; a long one by its length."""
    if len(program) > 8:
        return f"an expression of {len(program)} operations"
    texts: list[str] = []
    for operation, *operands in program:
        parts = [texts[o.number] if isinstance(o, Step) else show(o) for o in operands]
        if operation == "neg":
            texts.append(f"(-{parts[0]})")
        elif operation.startswith("."):
            texts.append(f"{parts[0]}{operation}({', '.join(parts[1:])})")
        elif operation.isidentifier():
            texts.append(f"{operation}({', '.join(parts)})")
        else:
            texts.append(f"({f' {operation} '.join(parts)})")
    return texts[-1] if texts else "nothing"


def _reference(functions: list[Callable[..., Any]]) -> Callable[[Any], codec.HandleRef | codec.CallbackRef]:
    def reference(value: Any) -> codec.HandleRef | codec.CallbackRef:
        if isinstance(value, Handle):
            return value._ref
        if isinstance(value, Ref):
            return value._held()._ref
        if callable(value):
            functions.append(value)
            return codec.CallbackRef(len(functions) - 1)
        raise codec.WireError(f"a {type(value).__name__} is not plain data")

    return reference


def _answer(functions: list[Callable[..., Any]], number: Any, args: Any, kwargs: Any) -> bytes:
    """Call the judge's function for the student; its exceptions go back as text."""
    try:
        return codec.pack(["ok", functions[number](*args, **kwargs)])
    except Exception as error:
        return codec.pack(["error", f"{type(error).__name__}: {error}"[:500]])


def _failure(call: str, error: dict[str, Any], request: list[Any]) -> StudentFailure:
    crashed = Crashed(call, error)
    if crashed.kinds[0] == "MissingName":
        return NotAttempted(f"`{str(error.get('message', ''))[:80]}` is not defined in the notebook")
    if "NotImplementedError" in crashed.kinds:
        return NotAttempted("not attempted yet")
    if "MemoryError" in crashed.kinds or "DefaultCPUAllocator" in str(error.get("message", "")):
        crashed.status = Status.OUT_OF_MEMORY
    if "WireError" in crashed.kinds:
        return StudentFailure(
            f"`{call}` gave an answer that cannot be sent: {error.get('message', '')}"[:500]
        )
    return crashed
