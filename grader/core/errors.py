"""Errors that are the instructor's (or the student's own) to mend: one line, the thing and the remedy."""

from collections.abc import Iterable


class GraderError(Exception):
    """A mistake of the person at the command line; shown as one line, exit code 2."""

    exit_code = 2


class CourseError(GraderError):
    """A mistake in the files of one exercise, which another exercise does not care about."""


class OurFailure(Exception):
    """The judge could not do its work: the test at hand becomes `ungraded`, never a zero."""


class UnreadableNotebook(Exception):
    """A file is not a notebook that can be run: the student's to mend; the message says why."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The remedy for an unknown name: the nearest known one, or all of them."""
    from difflib import get_close_matches  # only a mistake needs it

    known = list(known)
    close = get_close_matches(name, known, 1, 0.4)
    return f"did you mean {close[0]!r}?" if close else f"known: {', '.join(known) or 'none'}"


def nearest(name: str, known: list[str], what: str) -> str:
    """`name` if it is known, or the only known name that begins with it.

    Raises:
        GraderError: it is not; with the nearest known one.
    """
    if name in known:
        return name
    begun = [candidate for candidate in known if name and candidate.startswith(name)]
    if len(begun) == 1:
        return begun[0]
    raise GraderError(f"no {what} '{name}': {did_you_mean(name, known)}")
