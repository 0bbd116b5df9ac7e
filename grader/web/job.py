"""What the server and its working process tell each other: a job, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Job:
    """What is to be done: judge these attempts again, if any, then write the files that have changed.

    Attributes:
        book: a path or a database URL; `root`: the course's folder.
    """

    out: str
    book: str
    root: str
    attempts: tuple[int, ...] = ()
    jobs: int = 1


@dataclass(frozen=True)
class Came:
    """What came of it: how many were judged, sentences on those that could not be, whether it was stopped."""

    judged: int
    problems: tuple[str, ...] = ()
    stopped: bool = False
