"""What a report says of a cell that did not run to its end, taken apart again."""

import re

from grader.core.report import CellResult
from grader.core.stub import PLACEHOLDER

MOST = 200  # characters of an error
STOPPED = re.compile(
    r"the cell was (?:stopped|not run)(?: in line \d+)?: (.*?)"
    r"(?:; (?:the lines above and )?the other cells count)?",
    re.DOTALL,
)
PLACES = re.compile(r"(?: \((?:detected at )?<cell \d+>, line \d+\))?(?: \(line \d+\))?$")


def error_class(error: str | None) -> str:
    """The class of an error as it is told: `NameError: …`."""
    match = re.match(r"\w+", error or "")
    return match[0] if match else ""


def what_stopped(result: CellResult) -> str:
    """What stopped a cell, without its place."""
    error = result.error or "it did not run to its end"
    if stopped := STOPPED.fullmatch(error):
        return stopped[1][:MOST]
    if error.startswith(PLACEHOLDER):
        return f"{PLACEHOLDER}, so something that it calls is not attempted yet"
    return PLACES.sub("", error)[:MOST]
