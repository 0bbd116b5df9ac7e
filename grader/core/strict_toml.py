"""Settings files read strictly into records: every mistake is one line with file, line, key and remedy."""

from __future__ import annotations

import re
import reprlib
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from functools import cached_property
from pathlib import Path
from types import UnionType
from typing import Annotated, Literal, TypeVar, Union, get_args, get_origin

import msgspec
from msgspec import Meta, Struct, ValidationError
from msgspec.structs import FieldInfo, fields

from grader.core.errors import GraderError, did_you_mean
from grader.core.toml_lines import Key, line_of, statements

Value = TypeVar("Value")
PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)")
CLEARER = {
    "Invalid value": "the value of {} is not valid TOML; put texts in quotes and close every bracket",
    "Illegal character '\\n'": "the value of {} has no closing quote; add it",
    "Cannot overwrite a value": "{} is set twice; remove one of the two",
}


class SettingError(ValueError):
    """What is wrong with the value at `key`."""

    def __init__(self, key: Key, problem: str) -> None:
        super().__init__(problem)
        self.key = key


@dataclass(frozen=True)
class TomlFile:
    """The text of a TOML file."""

    path: Path
    text: str

    @cached_property
    def content(self) -> dict[str, object]:
        """What the file says, in plain dicts, lists, texts, numbers and dates.

        Raises:
            GraderError: a syntax error.
        """
        try:
            return tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            place = PLACE.search(str(error))
            at = int(place[1]) if place and place[1] else self.text.count("\n") + 1
            line, statement, _ = [each for each in statements(self.text) if each[0] <= at][-1]
            problem = PLACE.sub("", str(error))
            clearer = CLEARER.get(problem, f"not valid TOML: {problem[0].lower()}{problem[1:]}")
            problem = clearer.replace("{}", statement.partition("=")[0].strip())
            raise GraderError(f"{shown_path(self.path)}, line {line}: {problem}") from None

    def read_as(self, kind: type[Value]) -> Value:
        """What the file says, as a record.

        Raises:
            GraderError: a syntax error, an unknown or a missing key, or a wrong value.
        """
        try:
            return _convert(self.content, kind)
        except ValidationError as error:
            raise self.refused(_mistake(self.content, kind, (), error, kind)) from None

    def refused(self, error: SettingError) -> GraderError:
        """The error as a line that says where it is."""
        return GraderError(f"{shown_path(self.path)}, line {line_of(self.text, error.key)}: {error}")


def read_toml(path: Path) -> TomlFile:
    """The settings file at `path`.

    Raises:
        FileNotFoundError: there is none.
        GraderError: it cannot be read, or is not text in UTF-8.
    """
    try:
        return TomlFile(path, path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise
    except OSError as error:
        raise GraderError(f"{shown_path(path)}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise GraderError(
            f"{shown_path(path)}, line {line}: not text in UTF-8; save it in that encoding"
        ) from None


def shown_path(path: Path) -> Path:
    """The path as somebody in the working folder would type it."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def unknown_name(key: Key, known: Iterable[str], root: type, what: str = "key") -> SettingError:
    """The last name in `key` is unknown: where in a file of `root` it belongs, or the nearest known name."""
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
    """msgspec's strict conversion; a class that msgspec does not know is called with the value."""
    return msgspec.convert(value, kind, builtin_types=(date, time), dec_hook=lambda own, part: own(part))


def _mistake(value: object, kind: object, key: Key, error: ValidationError, root: type) -> SettingError:
    """What msgspec refuses: the parts of the value are converted one by one, down to the one at fault."""
    plain, _ = _plain(kind)
    known = _fields(plain)
    parts: dict[str | int, tuple[object, type]] = {}  # with their types
    if isinstance(value, dict) and known:
        for name in value:
            if name not in known:
                return unknown_name((*key, name), known, root)
        for name, field in known.items():
            if field.required and name not in value:
                return SettingError(key, f"a {_table(key)} has no {name}")
        parts = {name: (part, known[name].type) for name, part in value.items()}
    elif isinstance(value, dict) and get_origin(plain) is dict:
        parts = {name: (part, get_args(plain)[1]) for name, part in value.items()}
    elif isinstance(value, list) and get_origin(plain) is tuple:
        parts = {number: (part, get_args(plain)[0]) for number, part in enumerate(value)}
    for name, (part, inside) in parts.items():
        try:
            _convert(part, inside)
        except ValidationError as inner:
            if not known and name in _fields(root) and not isinstance(part, dict):
                return unknown_name((*key, name), (), root)
            return _mistake(part, inside, (*key, name), inner, root)
    if isinstance(cause := error.__cause__, SettingError):
        return SettingError((*key, *cause.key), str(cause))
    return SettingError(key, f"{_name(key)} must be {_wanted(kind, key, value)}")


def _fields(kind: object) -> dict[str, FieldInfo]:
    """The keys of a table that is read as a record; none for other types."""
    if isinstance(kind, type) and issubclass(kind, Struct):
        return {field.encode_name: field for field in fields(kind)}
    return {}


def _plain(kind: object) -> tuple[object, str]:
    """A type without its annotations and `| None`, and the title that the annotations give it."""
    title = ""
    while get_origin(kind) in (Annotated, Union, UnionType):
        kind, *others = get_args(kind)
        title = next((str(each.title) for each in others if isinstance(each, Meta) and each.title), title)
    return kind, title


def _wanted(kind: object, key: Key, value: object) -> str:
    """What a value must be, what it is instead, and how a table is written."""
    plain, title = _plain(kind)
    shown = str(value).lower() if isinstance(value, (bool, date, time)) else reprlib.repr(value)
    if isinstance(value, (dict, list)):
        shown = "a table" if isinstance(value, dict) else "a list"
    if _fields(plain) or get_origin(plain) is dict:
        return f"a table, not {shown}; write a line {_table(key)} and the values below it"
    if get_origin(plain) is tuple and _fields(get_args(plain)[0]):
        return f"a list of tables, not {shown}; write a line {_table((*key, 0))} above each"
    if get_origin(plain) is Literal:
        title = "one of " + ", ".join(f'"{word}"' for word in get_args(plain))
    elif plain is not str and isinstance(value, str):
        shown = "a text"
    return f"{title or 'a text in quotes'}, not {shown}"


def _name(key: Key) -> str:
    """What a person calls the value at `key`, in the table that the line is in if there are several."""
    if isinstance(key[-1], int):
        return f"item {key[-1] + 1} of {_name(key[:-1])}"
    tables = [depth for depth, part in enumerate(key) if isinstance(part, int)]
    return ".".join(map(str, key[tables[-1] + 1 if tables else 0 :]))


def _table(key: Key) -> str:
    """The header of the table at `key`."""
    names = ".".join(part for part in key if isinstance(part, str))
    return f"[[{names}]]" if key and isinstance(key[-1], int) else f"[{names}]"
