"""Notebook idioms, what a kernel makes of each, and how that is read out of a namespace."""

from __future__ import annotations

import functools
import json
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from support.paths import TESTS

from grader.core.course_settings import Limits
from grader.sandbox.call_limits import Clock
from grader.sandbox.forkserver import ForkServer, Worker, WorkerGone
from grader.sandbox.inside import codec

KERNEL = TESTS / "kernel"
LIMITS = Limits()
# The last cell: the names that the idiom has bound, as one text. It is the same in a real kernel and in a worker.
READ_OUT = '''
def _read_out():
    import builtins as b, json, sys
    hidden = {"In", "Out", "get_ipython", "exit", "quit", "open"}
    plain = (b.type(None), b.bool, b.int, b.float, b.complex, b.str, b.bytes, b.type(...), b.range)
    def text(value, depth=0):
        kind = b.type(value)
        name = kind.__qualname__
        if kind in plain:
            return f"{name} {b.repr(value)[:300]}"
        if b.isinstance(value, (b.list, b.tuple)) and depth < 3:
            return f"{name} [" + ", ".join(text(item, depth + 1) for item in value[:30]) + "]" + f" {b.len(value)}" * (b.len(value) > 30)
        if kind in (b.set, b.frozenset) and depth < 3:
            return f"{name} [" + ", ".join(b.sorted(text(item, depth + 1) for item in value)) + "]"
        if b.isinstance(value, b.dict) and depth < 3:
            return f"{name} {{" + ", ".join(f"{text(k, depth + 1)}: {text(v, depth + 1)}" for k, v in b.list(value.items())[:30]) + "}"
        if kind is b.type(sys):
            return f"module {value.__name__}"
        if kind.__module__ == "numpy" and b.hasattr(value, "dtype"):
            return f"{name} {value.dtype} {b.getattr(value, 'shape', ())} {value.tolist()}"[:300]
        if kind.__module__ == "torch" and name == "Tensor":
            return f"Tensor {value.dtype} {b.tuple(value.shape)} {value.tolist()}"[:300]
        return name
    names = {name: text(value) for name, value in b.sorted(b.globals().items()) if not name.startswith("_") and name not in hidden}
    return json.dumps(names, ensure_ascii=True)
_names_ = _read_out()
'''


@dataclass
class Outcome:
    """What a notebook did: names bound (type and value), exception types and mime types shown, by cell."""

    names: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    shown: dict[str, list[list[str]]] = field(default_factory=dict)

    def differences(self, other: Outcome) -> dict[str, str]:
        """Where the other one differs: {"names.x": "int 3 -> str '3'"}."""
        found: dict[str, str] = {}
        for part in ("names", "errors", "shown"):
            ours: Mapping[str, Any] = getattr(self, part)
            theirs: Mapping[str, Any] = getattr(other, part)
            for key in sorted({*ours, *theirs}):
                if ours.get(key) != theirs.get(key):
                    found[f"{part}.{key}"] = f"{ours.get(key)} -> {theirs.get(key)}"
        return found


@functools.cache
def all_idioms() -> dict[str, list[str]]:
    """The cells of each idiom by "group/name"; a group is a file, `#### name` begins an idiom, `# %%` a cell."""
    idioms: dict[str, list[str]] = {}
    for path in sorted((KERNEL / "idioms").glob("*.ipy")):
        _, *pieces = re.split(r"^#### (\w+)\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        for name, text in zip(pieces[::2], pieces[1::2], strict=True):
            assert f"{path.stem}/{name}" not in idioms, f"two idioms are called {path.stem}/{name}"
            idioms[f"{path.stem}/{name}"] = [cell.strip("\n") for cell in re.split(r"^# %%\n", text, flags=re.MULTILINE)]
    return idioms


SENT = ["name", "get_ipython", [["attr", name] for name in ("__self__", "kernel", "session", "kept")]]


def in_a_worker(server: ForkServer, cells: list[str]) -> Outcome:
    """What a worker's cells do; a worker that dies ends the notebook."""
    outcome = Outcome()
    worker = Worker(server.path, LIMITS, server.homes)

    def ask(*request: object) -> Any:
        answer = codec.unpack(*worker.exchange(codec.pack(list(request)), Clock(worker)))
        assert isinstance(answer, list)
        return answer[1] if answer[0] == "ok" or request[0] == "cell" else []

    number = seen = 0
    try:
        for number, cell in enumerate(cells, 1):
            if (error := ask("cell", number, cell)) is not None:
                outcome.errors[str(number)] = error["kinds"][0]
            sent = ask("value", SENT)
            if shown := shown_by(sent[seen:]):
                outcome.shown[str(number)] = shown
            seen = len(sent)
        number += 1
        if (error := ask("cell", number, READ_OUT)) is not None:
            outcome.names = {"?": f"{error['kinds'][0]}: {error['message']}"}
        else:
            outcome.names = json.loads(ask("value", ["name", "_names_", []]))
    except WorkerGone as gone:
        outcome.errors[str(number)] = f"the worker is gone: {gone.detail}"
    finally:
        worker.close()
    return outcome


def shown_by(messages: list[Any]) -> list[list[str]]:
    """The mime types of a cell's outputs, as a front end keeps them."""
    shown: list[list[str]] = []
    for kind, data in messages:
        if kind == "clear_output":
            shown.clear()
        elif kind in ("display_data", "execute_result"):
            shown.append(sorted(data))
    return shown


def cases(rung: str, quick: Collection[str] = ()) -> list[Any]:
    """Every idiom as a parameter; those that are known to differ on this rung must go on differing until they are struck out.

    Args:
        quick: if given, the groups that are not slow.
    """
    unequal = (KERNEL / "unequal.txt").read_text(encoding="utf-8").splitlines()
    known = {name for line in unequal for where, name in [line.split()] if where == rung}
    marks = {name: [pytest.mark.xfail(strict=True, reason="in unequal.txt")] if name in known else [] for name in all_idioms()}
    assert known <= marks.keys(), f"no such idioms: {known - marks.keys()}"
    slow = {name for name in marks if quick and name.partition("/")[0] not in quick}
    return [pytest.param(name, marks=[*marks[name], *([pytest.mark.slow] if name in slow else [])]) for name in marks]


@functools.cache
def recorded() -> dict[str, Outcome]:
    """What a real kernel has made of each idiom."""
    record = json.loads((KERNEL / "record.json").read_text(encoding="utf-8"))["idioms"]
    return {name: Outcome(**fields) for name, fields in record.items()}


@functools.cache
def allowed(rung: str) -> dict[str, set[str]]:
    """The fields in which an idiom may differ from a kernel on this rung, each with its reason in the table."""
    table = tomllib.loads((KERNEL / "allowed.toml").read_text(encoding="utf-8"))
    fields: dict[str, set[str]] = {}
    for difference in table["difference"]:
        if rung in difference.get("rungs", [rung]):
            fields.setdefault(difference["idiom"], set()).update(difference["fields"])
    return fields


def assert_as_in_a_kernel(name: str, server: ForkServer) -> None:
    """Run an idiom in a worker of this server: its outcome is the recorded one, apart from what the table allows."""
    may_differ = allowed(server.rung).get(name, set())
    found = recorded()[name].differences(in_a_worker(server, all_idioms()[name]))
    wrong = {field: text for field, text in found.items() if field not in may_differ}
    assert not wrong, f"kernel -> worker: {wrong}"
    assert may_differ <= found.keys(), f"the table allows differences that are not there: {may_differ - found.keys()}"
