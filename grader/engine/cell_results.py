"""What came of a cell, from the exception as a worker or this process tells it, which may be anything."""

import re

from grader.core.report import CellResult, Status
from grader.suite.exceptions import text_of

SYNTAX_AT = re.compile(r" \((detected at )?<cell \d+>, line \d+\)$")  # said by `line` already


def failed_cell(number: int, error: object) -> CellResult:
    """The result of a cell that has raised an exception."""
    line = _own_line(number, error) or None
    return CellResult(number, Status.FAILED, _in_words(error), line=line)


def _own_line(number: int, error: object) -> int:
    """The line of the cell itself, not of a function in it, from which an exception came; 0 if unknown."""
    fields = error if isinstance(error, dict) else {}
    steps, line = fields.get("traceback"), fields.get("line")
    if not steps and fields.get("cell") == number and type(line) is int and 0 < line < 1_000_000:
        return line  # of a syntax error
    own = re.compile(rf"cell {number}, line (\d{{1,6}}), in <")
    matches = (own.match(str(step)[:100]) for step in (steps[:8] if isinstance(steps, list) else []))
    return next((int(match[1]) for match in matches if match), 0)


def _in_words(error: object) -> str:
    """An exception as a worker tells it, which may say anything."""
    fields = error if isinstance(error, dict) else {}
    kinds, line = fields.get("kinds"), fields.get("line")
    name = text_of(kinds[0], 80) if isinstance(kinds, list) and kinds else "Error"
    where = f" (line {line})" if type(line) is int else ""
    message = SYNTAX_AT.sub("", text_of(fields.get("message"), 400))
    return f"{name}{message and ': '}{message}{where}"
