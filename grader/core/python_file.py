"""Files of Python that an author has written, read without being run."""

import ast
from pathlib import Path

from grader.core.errors import CourseError
from grader.core.files import path_from_here


def python_file(path: Path) -> ast.Module:
    """The syntax tree of a suite or a variant.

    Raises:
        CourseError: it cannot be read, is not text in UTF-8, or not Python; with the line.
    """
    here = path_from_here(path)
    try:
        return ast.parse(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise CourseError(f"{here}: missing; write it, or bring it back") from None
    except OSError as error:
        raise CourseError(f"{here}: cannot be read ({error.strerror}); correct its permissions") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise CourseError(f"{here}, line {line}: not text in UTF-8; save it in that encoding") from None
    except (SyntaxError, ValueError, RecursionError) as error:
        line, why = getattr(error, "lineno", 1) or 1, getattr(error, "msg", "") or str(error)
        raise CourseError(f"{here}, line {line}: not valid Python ({why}); correct it") from None
