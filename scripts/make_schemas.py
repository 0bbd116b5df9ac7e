"""Write `docs/exercise.schema.json` and `docs/course.schema.json`: what editors complete and check in settings files.

Made from the records that the grader reads the files into. Run it as `python scripts/make_schemas.py`.
"""

from __future__ import annotations

import json
from pathlib import Path

import msgspec

from grader.core.course_settings import CourseSettings, Deadline, ExerciseSettings, Extension

DOCS = Path(__file__).resolve().parents[1] / "docs"
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}([Tt ].+)?$"}  # editors see a TOML date as a text
OWN = {Deadline: MOMENT, Extension: {"anyOf": [MOMENT, {"type": "integer", "minimum": 0, "maximum": 3650}]}}
KINDS: dict[str, type[msgspec.Struct]] = {"exercise": ExerciseSettings, "course": CourseSettings}


def schema_of(name: str) -> str:
    """The text of one schema."""
    kind = KINDS[name]
    schema = msgspec.json.schema(kind, schema_hook=OWN.__getitem__)
    definitions = schema["$defs"]
    whole = definitions.pop(kind.__name__)
    head = {"$schema": "http://json-schema.org/draft-07/schema#", "$id": f"urn:gradbook:{name}-settings"}
    schema = _plain({**head, **whole, "title": f"{name}.toml of gradbook", "$defs": definitions})
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _plain(part: object) -> object:
    """A schema without `null`, which TOML does not have, and without the defaults of tables, which hold some."""
    if isinstance(part, list):
        return [_plain(each) for each in part]
    if not isinstance(part, dict):
        return part
    part = {name: _plain(each) for name, each in part.items()}
    choices = [each for each in part.get("anyOf", []) if each != {"type": "null"}]
    if len(choices) == 1:
        del part["anyOf"], part["default"]
        part = {**choices[0], **part}
    if "$ref" in part:
        part.pop("default", None)
    return part


if __name__ == "__main__":
    for schema in KINDS:
        (DOCS / f"{schema}.schema.json").write_text(schema_of(schema), encoding="utf-8")
