"""Settings files read strictly into records: each mistake is one line with file, line, key and remedy."""

import re
import reprlib
import tomllib
from bisect import bisect_left
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, time
from functools import cached_property
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from msgspec import Meta, Struct, ValidationError, convert, structs

from grader.core.errors import GraderError, did_you_mean
from grader.core.files import path_from_here

KeyPath = tuple[str | int, ...]  # ("question", 0, "hints"): the hints of the first [[question]]
Value = TypeVar("Value")
Text = Annotated[str, Meta(title="a text in quotes")]
CLEARER = {
    "Invalid value": "the value of {} is not valid TOML; put texts in quotes and close every bracket",
    "Illegal character '\\n'": "the value of {} has no closing quote; add it",
    "Cannot overwrite a value": "{} is set twice; remove one of the two",
}


class SettingError(ValueError):
    """What is wrong with the value at `key`."""

    def __init__(self, key: KeyPath, problem: str) -> None:
        super().__init__(problem)
        self.key = key


@dataclass(frozen=True)
class TomlFile:
    """The text of a TOML file."""

    path: Path
    text: str

    @cached_property
    def content(self) -> dict[str, object]:
        """The settings as plain dicts, lists, texts, numbers and dates.

        Raises:
            GraderError: a syntax error.
        """
        try:
            return tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            problem, _, place = str(error).partition(" (at ")
            lines = self.text.split("\n")
            number = re.search(r"line (\d+)", place)
            last = int(number[1]) if number else len(lines)  # "at end of document"
            line = max(start for start in _statements(self.text) if start <= last)
            name = "\n".join(lines[line - 1 :]).partition("=")[0].strip()
            clearer = CLEARER.get(problem, f"not valid TOML: {problem[0].lower()}{problem[1:]}")
            raise GraderError(
                f"{path_from_here(self.path)}, line {line}: {clearer.replace('{}', name)}"
            ) from None

    def read_as(self, kind: type[Value]) -> Value:
        """The settings as a record.

        Raises:
            GraderError: a syntax error, an unknown or a missing key, or a wrong value.
        """
        try:
            return _convert(self.content, kind)
        except ValidationError as error:
            raise self.refused(_mistake(self.content, kind, (), error, kind)) from None

    def refused(self, error: SettingError) -> GraderError:
        """The error with the file and the line."""
        return GraderError(f"{path_from_here(self.path)}, line {line_of(self.text, error.key)}: {error}")


def read_toml(path: Path, if_missing: str = "") -> TomlFile:
    """The settings file at `path`; without one an empty file, unless `if_missing` says why it is needed.

    Raises:
        GraderError: it is missing and needed, cannot be read, or is not text in UTF-8.
    """
    try:
        return TomlFile(path, path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        if not if_missing:
            return TomlFile(path, "")
        raise GraderError(f"{path_from_here(path)}: missing; {if_missing}") from None
    except OSError as error:
        raise GraderError(f"{path_from_here(path)}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise GraderError(
            f"{path_from_here(path)}, line {line}: not text in UTF-8; save it in that encoding"
        ) from None


def line_of(text: str, key: KeyPath) -> int:
    """The line where a key or table begins in a valid text; if it is missing, where its table begins."""
    while not _defines(text, key):
        key = key[:-1]
    lines, starts = text.split("\n"), _statements(text)
    # It begins in the first statement of which this holds: the text above the next statement defines the key.
    following = bisect_left(starts, True, 1, key=lambda start: _defines("\n".join(lines[: start - 1]), key))
    return starts[following - 1]


def _statements(text: str) -> list[int]:
    """The lines where a table's header, or a key with its value of any number of lines begins.

    Such a statement parses on its own, and no shorter beginning of it does. Last is the line below the text.
    """
    starts, statement = [1], ""
    for number, line in enumerate(text.split("\n"), 1):
        statement += f"{line}\n"
        with suppress(tomllib.TOMLDecodeError):
            tomllib.loads(statement)
            statement = ""
            starts.append(number + 1)
    return starts


def _defines(text: str, key: KeyPath) -> bool:
    part: Any = tomllib.loads(text)
    with suppress(LookupError):
        for name in key:
            part = part[name]
        return True
    return False


def unknown_name(key: KeyPath, known: Iterable[str], root: type, what: str = "key") -> SettingError:
    """The last name in `key` is unknown: says where it belongs in such a file, or the nearest known name."""
    *above, name = key
    table = _table(tuple(above))
    if above and name in _fields(root):
        return SettingError(
            key, f"{name} does not belong in {table}; move it above the first line in brackets"
        )
    for holder, field in _fields(root).items():
        kind, _ = _plain(field.type)
        several = get_origin(kind) is tuple
        if not above and name in _fields(get_args(kind)[0] if several else kind):
            line = _table((holder, 0) if several else (holder,))
            return SettingError(key, f"{name} belongs in a table; write it below a line {line}")
    where = f" in {table}" if above else ""
    return SettingError(key, f"unknown {what} {name!r}{where}; {did_you_mean(str(name), known)}")


def _convert(value: object, kind: type[Value]) -> Value:
    """Convert strictly; a class that msgspec does not know is called with the value."""
    return convert(value, kind, builtin_types=(date, time), dec_hook=lambda own, part: own(part))


def _mistake(value: object, kind: object, key: KeyPath, error: ValidationError, root: type) -> SettingError:
    """Why msgspec refuses `value`: its parts are converted one by one, down to the one at fault."""
    plain, title = _plain(kind)
    known = _fields(plain)
    if known and isinstance(value, dict):
        if unknown := [name for name in value if name not in known]:
            return unknown_name((*key, unknown[0]), known, root)
        if missing := [name for name, field in known.items() if field.required and name not in value]:
            return SettingError(key, f"a {_table(key)} has no {missing[0]}")
    for name, part, inside in _parts(value, plain):
        try:
            _convert(part, inside)
        except ValidationError as inner:
            if not known and name in _fields(root) and not isinstance(part, dict):
                return unknown_name((*key, name), (), root)
            return _mistake(part, inside, (*key, name), inner, root)
    if isinstance(cause := error.__cause__, SettingError):
        return SettingError((*key, *cause.key), str(cause))
    if isinstance(value, (dict, list)):
        shown = "a table" if isinstance(value, dict) else "a list"
    else:
        shown = str(value).lower() if isinstance(value, (bool, date, time)) else reprlib.repr(value)
    if not title:
        title, shown = "a table", f"{shown}; write a line {_table(key)} above its values"
    return SettingError(key, f"{_name(key)} must be {title}, not {shown}")


def _parts(value: object, kind: object) -> list[tuple[str | int, object, type]]:
    """Name, value and type of each part, if `value` has the shape that its type asks for."""
    known, arguments = _fields(kind), get_args(kind)
    if isinstance(value, dict) and (known or get_origin(kind) is dict):
        return [(name, part, known[name].type if known else arguments[1]) for name, part in value.items()]
    if isinstance(value, list) and get_origin(kind) is tuple:
        return [(number, part, arguments[0]) for number, part in enumerate(value)]
    return []


def _fields(kind: object) -> dict[str, structs.FieldInfo]:
    """The fields of a record by key; none for other types."""
    if isinstance(kind, type) and issubclass(kind, Struct):
        return {field.encode_name: field for field in structs.fields(kind)}
    return {}


def _plain(kind: object) -> tuple[object, str]:
    """A type without annotations and `| None`, and the title that the annotations give it."""
    title = ""
    while get_origin(kind) in (Annotated, Union, UnionType):
        kind, *others = get_args(kind)
        title = next((str(each.title) for each in others if isinstance(each, Meta) and each.title), title)
    return kind, title


def _name(key: KeyPath) -> str:
    """What to call the value at `key`, from the table that its line is in if there are several."""
    if isinstance(key[-1], int):
        return f"item {key[-1] + 1} of {_name(key[:-1])}"
    tables = [depth for depth, part in enumerate(key, 1) if isinstance(part, int)]
    return ".".join(map(str, key[max(tables, default=0) :]))


def _table(key: KeyPath) -> str:
    """The header of the table at `key`."""
    names = ".".join(part for part in key if isinstance(part, str))
    return f"[[{names}]]" if key and isinstance(key[-1], int) else f"[{names}]"
