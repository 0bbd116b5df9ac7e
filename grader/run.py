"""Grade a class into a folder: what the gradebook has is not done again; the rest is judged, recorded and written."""

from __future__ import annotations

import hashlib
import json
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType

from grader.batch import grade_all
from grader.course import Course
from grader.files import write_in
from grader.gradebook import Gradebook
from grader.gradebook.judged import Key, Received, finished, receive, record, storable, suite_key, text_of
from grader.grading import Submission
from grader.intake import Handed
from grader.notebook import UnreadableNotebook, read_bytes
from grader.report import Report
from grader.sandbox.forkserver import ForkServer


@dataclass(frozen=True)
class Batch:
    """What came of a run: reports in the order of the submissions; `kept` of the `total` were in the gradebook."""

    reports: list[Report]
    total: int
    kept: int
    stopped: bool = False


def grade_class(
    handed: Sequence[Handed],
    course: Course,
    open_server: Callable[[], AbstractContextManager[ForkServer]],
    book: Gradebook,
    out: Path,
    jobs: int,
    again: bool,
    progress: Callable[[int, int], None],
    every_attempt: bool = False,
) -> Batch:
    """Judge what the gradebook does not have yet; every new report is recorded and written as it comes.

    Args:
        handed: of several attempts by one student at one exercise the last one is judged; all are kept.
        out: a folder that the caller holds, see `grader.files.locked`.
        open_server: starts the sandbox; called only if something is to be judged.
        again: judge everything anew.
        progress: told (done, in all), those found in the gradebook counted as done.
        every_attempt: judge all attempts: a policy may choose another than the last.

    Raises:
        GraderError: the disk is full, or the gradebook cannot be used.
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
    known = {} if again else finished(book, suites.values())
    reports: dict[Submission, Report] = {}

    for submission in submissions:
        key = received[submission].key
        if key.submission_sha256 and key in known:
            reports[submission] = replace(known[key], student=submission.student)
    kept = len(reports)
    progress(kept, len(submissions))

    def done(submission: Submission, report: Report) -> None:
        one = received[submission]
        judged = report.submission_sha256 or one.key.submission_sha256  # it may have changed meanwhile
        record(book, replace(one, key=replace(one.key, submission_sha256=judged)), suites[submission.slug], report)
        reports[submission] = report
        if last[submission.student, submission.slug] == submission:
            write_report(out, report)
        progress(len(reports), len(submissions))

    rest = [submission for submission in submissions if submission not in reports]
    stopped = False
    if rest:
        with open_server() as server, stoppable() as stop:
            grade_all(rest, course, server, jobs, done, stop)
            stopped = stop()
    return Batch([reports[s] for s in submissions if s in reports], len(submissions), kept, stopped)


@contextmanager
def stoppable() -> Iterator[Callable[[], bool]]:
    """Within it, the first Ctrl-C only asks to stop (the function yielded says so); the second one is an interrupt."""
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


def write_report(out: Path, report: Report) -> None:
    """`out/reports/<student>/<slug>.json`."""
    write_in(out, f"reports/{report.student}/{report.exercise}.json", json.dumps(report.as_dict(), indent=1) + "\n")


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
