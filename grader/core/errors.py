"""Errors that are the instructor's (or the student's own) to mend: one line, the thing and the remedy."""

from __future__ import annotations


class GraderError(Exception):
    """A mistake of the person at the command line; shown as one line, exit code 2."""

    exit_code = 2


class OurFailure(Exception):
    """The judge could not do its work: the test at hand becomes `ungraded`, never a zero."""
