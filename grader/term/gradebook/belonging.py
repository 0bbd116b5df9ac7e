"""Which course a gradebook belongs to: that of another term or subject is not graded into it."""

import hashlib

from sqlalchemy import select

from grader.core.course import Course
from grader.core.errors import GraderError
from grader.core.safe_text import some, storable
from grader.term.gradebook.book import Gradebook
from grader.term.gradebook.schema import ABOUT, ATTEMPTS

COURSE, FOLDER = "course", "course folder"  # keys in ABOUT
SHOWN = 5
REMEDY = (
    "choose another output folder or --gradebook; if it is the same course under a new id or salt, "
    "say so once: grader grade --same-course"
)


def require_own(book: Gradebook, course: Course) -> None:
    """See that the gradebook does not belong to another course.

    Raises:
        GraderError: it does.
    """
    about = _about(book)
    if about.get(COURSE, _identity(course)) != _identity(course):
        raise GraderError(f"{book.name} belongs to another course, last in {about.get(FOLDER)}; {REMEDY}")
    slugs = {row.exercise for row in book.rows(select(ATTEMPTS.c.exercise).distinct())}
    if slugs and slugs.isdisjoint(course.exercises):
        names = some(sorted(slugs), SHOWN)
        raise GraderError(f"{book.name} is about {names}, and {course.root} has none of them; {REMEDY}")


def belong(book: Gradebook, course: Course, same: bool = False) -> None:
    """Tie the gradebook to the course.

    Args:
        same: it is the same course, although its id or salt has changed.

    Raises:
        GraderError: the gradebook belongs to another course.
    """
    if not same:
        require_own(book, course)
    new = {COURSE: _identity(course), FOLDER: storable(str(course.root))}
    if not new.items() <= _about(book).items():
        with book.transaction() as connection:
            connection.execute(ABOUT.delete().where(ABOUT.c.key.in_(new)))
            connection.execute(ABOUT.insert(), [{"key": key, "value": value} for key, value in new.items()])


def _about(book: Gradebook) -> dict[str, str]:
    return {row.key: row.value for row in book.rows(select(ABOUT))}


def _identity(course: Course) -> str:
    """The course's id or, without one, a digest of its salt, which is another one every term."""
    return course.settings.id or f"salt {hashlib.sha256(course.salt.encode()).hexdigest()[:16]}"
