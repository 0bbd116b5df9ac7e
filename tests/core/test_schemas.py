"""The JSON Schemas that editors use for settings files are current, and agree with what the grader reads."""

from __future__ import annotations

import json
import runpy
import tomllib
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
from msgspec import Struct
from msgspec.structs import FieldInfo, fields
from support.paths import COURSE, ROOT, TESTS
from support.toml import toml_value

from grader.core.course_settings import CourseSettings, ExerciseSettings, Late, Limits, Question
from grader.core.errors import GraderError
from grader.core.strict_toml import TomlFile

KINDS: dict[str, type[Struct]] = {"exercise": ExerciseSettings, "course": CourseSettings}
OLD = TESTS / "fixtures" / "v0_1_0" / "course"
FILES = [
    ROOT / "grader" / "authoring" / "template" / "exercise.toml",
    *[path for name in KINDS for course in (ROOT, COURSE, OLD) for path in course.rglob(f"{name}.toml") if ".venv" not in path.parts],
]
TABLES = [("exercise", "", ExerciseSettings), ("exercise", "[limits]", Limits), ("exercise", "[[question]]", Question),
          ("course", "", CourseSettings), ("course", "[late]", Late)]  # fmt: skip
KEYS = [(name, table, field) for name, table, kind in TABLES for field in fields(kind)]
VALUES = (True, 0, 1, -1, 1.5, 1e9, "", "text", "a text", [], [1], ["x"], ["a b"], [["x"]], {}, {"a": 1}, {"a": {"b": "c"}}, {"a": {"b": 1}})


def valid(name: str, text: str) -> bool:
    """Whether an editor has no objection."""
    schema = json.loads((ROOT / "docs" / f"{name}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    content = json.loads(json.dumps(tomllib.loads(text), default=str))  # dates are texts to an editor
    return bool(jsonschema.Draft7Validator(schema).is_valid(content))


@pytest.mark.parametrize("name", KINDS)
def test_the_schemas_are_what_the_script_makes_of_the_records(name: str) -> None:
    """If not: `python scripts/make_schemas.py`."""
    schema_of: Callable[[str], str] = runpy.run_path(str(ROOT / "scripts" / "make_schemas.py"))["schema_of"]
    assert (ROOT / "docs" / f"{name}.schema.json").read_text(encoding="utf-8") == schema_of(name)


def test_every_settings_file_of_this_repository_is_valid() -> None:
    """The real course, the tests' own, the template, and what was made by 0.1.0."""
    assert len(FILES) > 25
    for path in FILES:
        assert valid(path.stem, path.read_text(encoding="utf-8")), path


@pytest.mark.parametrize(("name", "table", "field"), KEYS, ids=[f"{name} {table} {field.encode_name}" for name, table, field in KEYS])
def test_an_editor_and_the_grader_accept_the_same_values(name: str, table: str, field: FieldInfo) -> None:
    """Every key with every kind of value."""
    read = {True: 0, False: 0}
    for value in VALUES:
        named = '\nname = "a"' if table == "[[question]]" and field.name != "name" else ""
        late = "\nper_day = 0.1" if table == "[late]" and field.name != "per_day" else ""
        text = f"{table}{named}{late}\n{field.encode_name} = {toml_value(value)}\n"
        try:
            TomlFile(Path("x.toml"), text).read_as(KINDS[name])
            accepted = True
        except GraderError:
            accepted = False
        read[accepted] += 1
        assert valid(name, text) == accepted, text
    assert read[False] > 8 and (read[True] or field.name in ("of", "attempts"))
