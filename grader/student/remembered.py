"""What is remembered from one command to the next: small JSON files in the course's folder."""

from typing import TypeVar

import msgspec

from grader.core.course import Course
from grader.core.files import write_atomically

FOLDER = ".grader"
State = TypeVar("State")


def recall(course: Course, name: str, kind: type[State]) -> State | None:
    """The content of a file, None if there is none or it cannot be read."""
    try:
        return msgspec.json.decode((course.root / FOLDER / name).read_bytes(), type=kind)
    except (OSError, msgspec.MsgspecError):
        return None


def remember(course: Course, name: str, state: object) -> bool:
    """Write a file; whether the folder can be written to."""
    text = msgspec.json.format(msgspec.json.encode(state), indent=1)
    try:
        write_atomically(course.root / FOLDER / name, text + b"\n")
    except OSError:
        return False
    return True
