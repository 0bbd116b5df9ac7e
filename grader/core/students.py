"""A student, and which students a `--student GLOB` means."""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatch


@dataclass(frozen=True)
class Person:
    """One student: the gradebook's ID, and what a roster or a download says about them.

    Attributes:
        sortable: the name as Canvas sorts it, "Doe, Jane".
        canvas: Canvas' number of the user.
        sis, login: the SIS User ID and the SIS Login ID.
        moodle: Moodle's ID number.
        enrolled: on the roster; without a roster everybody is.
    """

    id: str
    name: str = ""
    sortable: str = ""
    email: str = ""
    section: str = ""
    canvas: str = ""
    sis: str = ""
    login: str = ""
    moodle: str = ""
    github: str = ""
    enrolled: bool = True

    @property
    def called(self) -> str:
        """The name to show."""
        return self.name or self.id


def fits(globs: Iterable[str], *names: str) -> bool:
    """Whether a student's ID or name fits one of the patterns given with `--student`."""
    return any(fnmatch(name, glob) for glob in globs for name in names if name)
