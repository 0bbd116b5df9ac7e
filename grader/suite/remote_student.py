"""`student`, its names and handles: the notebook's functions called over frames of plain data."""

from collections.abc import Callable, Sequence
from typing import Any, NoReturn, Protocol

from grader.core.report import Status
from grader.core.stub import is_placeholder
from grader.sandbox.inside import codec
from grader.suite.blame import is_ours
from grader.suite.calls import Call, CallText, Named, Operation, Step, expression
from grader.suite.exceptions import (
    Crashed,
    NotAttempted,
    StudentFailure,
    shortened,
    text_of,
    too_large,
)
from grader.suite.sentences import none_parts, ordinal

MAX_CALLBACKS = 2_000_000
MAX_ARGUMENTS = 8 << 20  # bytes of the arrays in one call of a function of ours
MAX_TEXT = 1 << 16  # bytes of one text in an answer
MAX_REPLIES = 1_000  # to keep; only whether an exception is a test's own depends on them
Reply = tuple[str, Any]  # the kind of a request, and what came back
Respond = Callable[[bytes, bytes], bytes | None]


class Channel(Protocol):
    """Where frames go: a worker in the sandbox, or a namespace of this process."""

    def exchange(self, frame: bytes, call: CallText, respond: Respond) -> tuple[bytes, bytes]:
        """Send the frame of the call described by `call`; (header, body) of its reply.

        `respond` gives the frame to send back for what is a callback, and None for what is the reply.
        """


class Student:
    """The notebook from outside: `student.sigmoid(x)` asks for that function's answer.

    Args:
        channel: how frames reach the notebook.
    """

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self.forget()

    def forget(self) -> None:
        """Forget the latest call, of which messages speak, and what the notebook has answered."""
        self._call: CallText = ""
        self._answer: object = ()  # to it
        self._read: list[Any] = []  # the steps from it to what was read last
        self._replies: list[Reply] = []  # to all requests

    def __getattr__(self, name: str) -> "Remote":
        if name.startswith("__"):
            raise AttributeError(name)
        return Remote(self, ["name", name, []], name)

    def has(self, name: str) -> bool:
        """Whether the notebook defines `name`."""
        return bool(self._request(["has", name], name))

    def still_none(self) -> str:
        """Which part of the latest answer is None, in a sentence; "" if all of it is."""
        if self._read:
            kind, key = self._read[-1]
            part = f"the {ordinal(key)} part" if kind == "item" and isinstance(key, int) else f"`{key}`"
            return f"{part} is still None"
        return none_parts(self._answer)

    def library(self, module: str) -> "Remote":
        """A module in the notebook's process, imported or not: `student.library("torch.nn").Linear(1, 10)`.

        So a suite can make an object there that owes nothing to the student, and hand it to their function.
        """
        return Remote(self, ["library", module, []], module)

    def last_call(self) -> str:
        """The latest call, as the student would write it."""
        return str(self._call)

    def steps(self, program: Sequence[Operation]) -> list["Handle"]:
        """Run the operations of an expression in the notebook's process, in one go; a handle for each result.

        Args:
            program: tuples `(operation, *operands)`. An operation is `"+" "-" "*" "/" "**" "neg"`, a method
                of the first operand (`".relu"`), or a name of the notebook (`"Value"`); an operand is a plain
                value or `Step(number)`.

        Raises:
            StudentFailure: an operation failed, or the notebook does not define what was called.
        """
        self._call = expression(program)
        wire = [
            [operation, [["step", o.number] if isinstance(o, Step) else ["is", o] for o in operands]]
            for operation, *operands in program
        ]
        results = self._request(["steps", wire], self._call)
        if not (
            isinstance(results, list)
            and len(results) == len(program)
            and all(isinstance(result, Handle) for result in results)
        ):
            raise unreadable(self._call)
        return results

    def _request(self, request: list[object], call: CallText) -> Any:
        """Send one request, answer callbacks to the functions in its arguments, and return the reply's value.

        Raises:
            StudentFailure: the notebook's code failed, or breaks the protocol.
        """
        functions: list[Callable[..., object]] = []
        count = 0

        def decode(header: bytes, body: bytes) -> object:
            try:
                return codec.unpack(
                    header, body, lambda ref: Handle(self, ref, str(call)), most_text=MAX_TEXT
                )
            except codec.TooLarge as error:
                raise refused(call, str(error)) from None
            except (codec.WireError, TypeError, ValueError) as error:
                raise unreadable(call, f": {error}") from None

        def respond(header: bytes, body: bytes) -> bytes | None:
            nonlocal count
            message = decode(header, body)
            if not (isinstance(message, list) and len(message) == 4 and message[0] == "callback"):
                return None
            if len(body) > MAX_ARGUMENTS:
                raise refused(call, f"more than {MAX_ARGUMENTS >> 20} MB in one call of the function")
            count += 1
            if count > MAX_CALLBACKS:
                raise StudentFailure(
                    f"`{call}` called the function it was given more than {MAX_CALLBACKS} times"
                )
            return _answer(functions, *message[1:])

        frame = codec.pack(request, lambda value: _reference(value, functions))
        reply = decode(*self._channel.exchange(frame, call, respond))
        if not isinstance(reply, list) or len(reply) != 2:
            raise unreadable(call)
        if reply[0] != "ok":
            called = request[0] in ("call", "steps")
            raise _failure(str(call), reply[1] if isinstance(reply[1], dict) else {}, called)
        if len(self._replies) < MAX_REPLIES:
            self._replies.append((str(request[0]), reply[1]))
        return reply[1]


class Remote(Named):
    """A name, attribute or item in the notebook: call it, go deeper, or read it with `.value()`.

    A call returns plain data, or a `Handle` for anything else.
    """

    def __init__(self, student: Student, target: list[Any], text: str) -> None:
        self._student, self._target, self._text = student, target, text

    def __getattr__(self, name: str) -> "Remote":
        if name.startswith("__"):
            raise AttributeError(name)
        return self._step("attr", name, f".{name}")

    def __getitem__(self, key: object) -> "Remote":
        return self._step("item", key, f"[{key!r}]")

    def _step(self, kind: str, key: object, text: str) -> "Remote":
        start, which, path = self._target
        return Remote(self._student, [start, which, [*path, [kind, key]]], self._text + text)

    def __call__(self, *args: object, **kwargs: object) -> Any:
        return self._called(args, kwargs)[0]

    def keep(self, *args: object, **kwargs: object) -> "Handle":
        """Call, and leave the result in the notebook's process; a handle, even for plain data."""
        result, _ = self._called(args, kwargs, keep=True)
        if not isinstance(result, Handle):
            raise StudentFailure(f"`{self._text}` gave an answer that cannot be kept")
        return result

    def with_arguments(self, *args: object, **kwargs: object) -> tuple[Any, list[Any]]:
        """Call; the result and the arguments as they are after the call."""
        result, after = self._called(args, kwargs, echo=True)
        return result, after if isinstance(after, list) else []

    def value(self) -> Any:
        """The value, as plain data."""
        self._student._read = self._target[2]
        return self._student._request(["value", self._target], self._text)

    def _called(
        self, args: Sequence[object], kwargs: dict[str, object], keep: bool = False, echo: bool = False
    ) -> list[Any]:
        call = self._student._call = Call(self._text, args, kwargs)
        answer = self._student._request(["call", self._target, list(args), kwargs, keep, echo], call)
        if not isinstance(answer, list) or len(answer) != 2:
            raise unreadable(call)
        self._student._answer, self._student._read = answer[0], []
        if isinstance(answer[0], Handle):
            answer[0]._text = text if len(text := str(call)) < 60 else f"{self._text}(…)"
        return answer


class Handle(Remote):
    """An object in the notebook's process. It cannot be compared: read plain data out of it first."""

    def __init__(self, student: Student, ref: codec.Reference, text: str) -> None:
        super().__init__(student, ["object", ref.number, []], text)
        self._ref = ref

    def _refuse(self, *_: object) -> NoReturn:
        raise StudentFailure(f"`{self._text}` gave a {self._ref.kind}, where numbers were expected")

    def __repr__(self) -> str:
        return f"an object of type {self._ref.kind}"

    __bool__ = __float__ = __int__ = __len__ = __iter__ = __array__ = __eq__ = __lt__ = _refuse
    __hash__ = None  # type: ignore[assignment]


def _reference(value: object, functions: list[Callable[..., object]]) -> codec.Reference:
    """The reference to send for an argument that is not plain data: a handle, or a callback of ours."""
    if isinstance(value, Handle):
        return value._ref
    if isinstance(value, Remote):  # a name, an attribute or an item can be an argument
        held = value._student._request(["hold", value._target], value._text)
        if not isinstance(held, Handle):
            raise StudentFailure(f"`{value._text}` cannot be passed on")
        return held._ref
    if callable(value):
        functions.append(value)
        return codec.CallbackRef(len(functions) - 1)
    raise codec.WireError(f"a {type(value).__name__} is not plain data")


def _answer(functions: list[Callable[..., object]], number: Any, args: Any, kwargs: Any) -> bytes:
    """Call the judge's function for the student; its exceptions go back as text, unless the grader broke."""
    file = ""
    try:
        function = functions[number]
        file = getattr(getattr(function, "__code__", None), "co_filename", "")
        return codec.pack(["ok", function(*args, **kwargs)])
    except Exception as error:
        if is_ours(error, file, otherwise=False):
            raise
        return codec.pack(["error", f"{type(error).__name__}: {error}"[:500]])


def refused(call: CallText, detail: str) -> StudentFailure:
    """The failure of a call whose answer is over a bound."""
    return StudentFailure(f"`{shortened(str(call))}` gave {too_large(detail)}")


def unreadable(call: CallText, detail: str = "") -> StudentFailure:
    """The failure of a call whose answer breaks the protocol."""
    return StudentFailure(f"`{shortened(str(call))}` gave an answer that cannot be read{detail}"[:500])


def _failure(call: str, error: dict[str, object], called: bool) -> StudentFailure:
    """What an exception in the student's code means for the test."""
    crashed, message = Crashed(call, error, called), text_of(error.get("message"), 400)
    if crashed.kinds[0] == "MissingName":
        name = message[:80]
        return NotAttempted(f"`{name}` is not defined in the notebook", name, called)
    if is_placeholder(crashed.kinds):
        failure = NotAttempted("not attempted yet")
        failure.raised = crashed
        return failure
    if "TooLarge" in crashed.kinds:
        return refused(call, message)
    if "WireError" in crashed.kinds:
        return StudentFailure(f"`{shortened(call)}` gave an answer that cannot be sent: {message}"[:500])
    if "MemoryError" in crashed.kinds or "DefaultCPUAllocator" in message:
        crashed.status = Status.OUT_OF_MEMORY
    return crashed
