"""The one function that exports, to any format."""

from __future__ import annotations

from collections.abc import Callable
from pkgutil import resolve_name

from grader.core.course import nearest
from grader.core.errors import GraderError
from grader.core.grades import ClassGrades
from grader.exchange.choices import FORMATS
from grader.exchange.export import Exported, Options

Write = Callable[[ClassGrades, str | None, bytes | None, Options], Exported]


def export(
    grades: ClassGrades,
    format: str,
    exercise: str | None = None,
    template: bytes | None = None,
    options: Options | None = None,
) -> Exported:
    """The class in a format.

    Args:
        exercise: only this one; the start of its name is enough.
        template: the content of the instructor's own file, for formats that fill one in.

    Raises:
        GraderError: unknown format or exercise; a template is missing, not wanted or unusable.
    """
    format = nearest(format, list(FORMATS), "format")
    if template is not None and not FORMATS[format].template:
        fillable = ", ".join(name for name in FORMATS if FORMATS[name].template)
        raise GraderError(f"{format}: this format does not fill in a file; --template is for {fillable}")
    write: Write = resolve_name(f"grader.exchange.{FORMATS[format].writer}")
    return write(grades, exercise, template, options or Options())
