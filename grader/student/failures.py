"""What can go wrong in the student's code, as exceptions of the judge's with a sentence for the student."""

from __future__ import annotations

from typing import Any


class StudentFailure(Exception):
    """The student's code did not give an answer; `status` is the verdict's word for it."""

    status = "crashed"
    ended_worker = False

    def __init__(self, summary: str, message: str = "") -> None:
        super().__init__(summary)
        self.summary = summary
        self.message = message


class NotAttempted(StudentFailure):
    """The name is missing, or still the stub."""

    status = "not_attempted"


class Crashed(StudentFailure):
    """An exception of the student's code; `kinds` are the names of its class and bases."""

    def __init__(self, call: str, error: dict[str, Any]) -> None:
        kinds = error.get("kinds")
        self.kinds = [str(k)[:100] for k in kinds[:12]] if isinstance(kinds, list) and kinds else ["Exception"]
        cell, line = error.get("cell"), error.get("line")
        where = f" (cell {cell}, line {line})" if type(cell) is int and type(line) is int else ""
        text = str(error.get("message", ""))[:500]
        super().__init__(f"`{call}` raised {self.kinds[0]}: {text}{where}"[:700], _trace(error))


class Died(StudentFailure):
    """The worker ended inside a call: a loop without end, memory, an exit."""

    ended_worker = True

    def __init__(self, call: str, reason: str, detail: str) -> None:
        self.status = reason
        what = {"timed_out": "did not finish", "out_of_memory": "ran out of memory"}.get(reason, "ended the process")
        super().__init__(f"`{call}` {what}: {detail}")


def _trace(error: dict[str, Any]) -> str:
    lines = error.get("traceback") or []
    return "\n".join(str(line)[:200] for line in lines[:8]) if isinstance(lines, list) else ""
