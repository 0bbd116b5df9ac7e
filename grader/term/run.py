"""Grade a class: what the gradebook has is not done again; the rest is judged and recorded."""

from __future__ import annotations

import hashlib
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType

from grader.core.course import Course
from grader.core.notebook import UnreadableNotebook, read_bytes
from grader.core.report import Report
from grader.core.text import storable
from grader.engine.batch import Place, grade_all
from grader.engine.submission import Submission
from grader.exchange.intake.handed_in import Handed
from grader.sandbox.forkserver import ForkServer
from grader.term.gradebook import Gradebook
from grader.term.gradebook.attempts import (
    Key,
    Received,
    finished,
    receive,
    record,
    suite_key,
    text_of,
)


@dataclass(frozen=True)
class Batch:
    """What came of a run; the reports themselves are in the gradebook.

    Args:
        students: whose submissions they are.
        total: submissions in all, of which `kept` were in the gradebook and `left` are still to be judged.
        ungraded: reports without a score, in the order of the submissions.
    """

    students: frozenset[str]
    total: int
    kept: int
    left: int
    ungraded: tuple[Report, ...]
    stopped: bool


def grade_class(
    handed: Sequence[Handed],
    course: Course,
    open_server: Callable[[], AbstractContextManager[ForkServer | Place]],
    book: Gradebook,
    jobs: int,
    again: bool,
    progress: Callable[[int, int], None],
    every_attempt: bool = False,
) -> Batch:
    """Judge what the gradebook does not have yet; every new report is recorded as it comes.

    Args:
        handed: of several attempts by one student at one exercise the last one is judged; all are kept.
        open_server: starts the sandbox, or another place that judges, such as `grader.engine.cluster`; called
            only if something is to be judged.
        again: judge everything anew.
        progress: told (done, in all), those found in the gradebook counted as done.
        every_attempt: judge all attempts: a policy may choose another than the last.

    Raises:
        GraderError: the gradebook cannot be used, or the disk that it is on is full.
    """
    contents: dict[Key, tuple[Received, Path]] = {}  # the same file twice is one attempt, the later one
    for each in handed:
        one = _received(each)
        contents.pop(one.key, None)
        contents[one.key] = one, each.path
    received = {Submission(key.student, key.exercise, path): one for key, (one, path) in contents.items()}
    receive(book, list(received.values()))
    last = {(submission.student, submission.slug): submission for submission in received}
    submissions = list(received) if every_attempt else list(last.values())
    suites = {slug: suite_key(course.exercises[slug], course.salt) for slug in {s.slug for s in submissions}}
    known = set() if again else finished(book, suites.values())
    rest = [
        one for one in submissions if not (key := received[one].key).submission_sha256 or key not in known
    ]
    kept, left = len(submissions) - len(rest), len(rest)
    ungraded: dict[Submission, Report] = {}
    progress(kept, len(submissions))

    def done(submission: Submission, report: Report) -> None:
        nonlocal left
        one = received[submission]
        judged = report.submission_sha256 or one.key.submission_sha256  # it may have changed meanwhile
        record(
            book,
            replace(one, key=replace(one.key, submission_sha256=judged)),
            suites[submission.slug],
            report,
        )
        if report.score is None:
            ungraded[submission] = report
        left -= 1
        progress(len(submissions) - left, len(submissions))

    stopped = False
    if rest:
        with open_server() as server, stoppable() as stop:
            grade_all(rest, course, server, jobs, done, stop)
            stopped = stop()
    in_order = tuple(ungraded[one] for one in rest if one in ungraded)
    return Batch(
        frozenset(one.student for one in submissions), len(submissions), kept, left, in_order, stopped
    )


@contextmanager
def stoppable() -> Iterator[Callable[[], bool]]:
    """Within it, the first Ctrl-C only asks to stop (the function yielded says so); the second one is an
    interrupt.
    """
    asked = False

    def ask(_signal: int, _frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield lambda: asked
    finally:
        signal.signal(signal.SIGINT, before)


def _received(one: Handed) -> Received:
    """By the file's content; what is no readable file has none, and is judged every time."""
    try:
        digest = hashlib.sha256(read_bytes(one.path)).hexdigest()
    except UnreadableNotebook:
        digest = ""
    return Received(
        Key(storable(one.student), one.slug, digest),
        text_of(one.path.absolute()),
        one.submitted_at,
        one.late,
        one.order,
        one.kind,
        storable(one.original),
        storable(one.lms_id),
    )
