"""Grade a class into a folder: what the gradebook has is not done again; the rest is judged, recorded and written."""

from __future__ import annotations

import hashlib
import json
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType

from grader.batch import grade_all
from grader.course import Course
from grader.files import write_in
from grader.gradebook import Gradebook
from grader.gradebook.book import Key, storable, suite_key
from grader.grading import Submission
from grader.notebook import UnreadableNotebook, read_bytes
from grader.report import Report
from grader.sandbox.forkserver import ForkServer


@dataclass(frozen=True)
class Batch:
    """What came of a run: reports in the order of the submissions, how many were there already, whether it was stopped."""

    reports: list[Report]
    kept: int
    stopped: bool = False


def grade_class(
    submissions: list[Submission],
    course: Course,
    open_server: Callable[[], AbstractContextManager[ForkServer]],
    book: Gradebook,
    out: Path,
    jobs: int,
    again: bool,
    progress: Callable[[int, int], None],
) -> Batch:
    """Judge what the gradebook does not have yet; every report is recorded and written as it comes.

    Args:
        out: a folder that the caller holds, see `grader.files.locked`.
        open_server: starts the sandbox; called only if something is to be judged.
        again: judge everything anew.
        progress: told (done, in all), those found in the gradebook counted as done.

    Raises:
        GraderError: the disk is full, or the gradebook cannot be used.
    """
    keys = {submission: _key(submission) for submission in submissions}
    suites = {slug: suite_key(course.exercises[slug], course.salt) for slug in {s.slug for s in submissions}}
    known = {} if again else book.finished(suites.values())
    reports: dict[Submission, Report] = {}
    for submission, key in keys.items():
        if key.submission_sha256 and key in known:
            reports[submission] = replace(known[key], student=submission.student)
            _write(out, reports[submission])
    kept = len(reports)
    progress(kept, len(submissions))

    def done(report: Report) -> None:
        submission = by_name[report.student, report.exercise]
        if report.score is not None:
            judged = report.submission_sha256 or keys[submission].submission_sha256  # it may have changed meanwhile
            key = replace(keys[submission], submission_sha256=judged)
            book.record(key, storable(str(submission.path.absolute())), suites[submission.slug], report)
        _write(out, report)
        reports[submission] = report
        progress(len(reports), len(submissions))

    rest = [submission for submission in submissions if submission not in reports]
    by_name = {(submission.student, submission.slug): submission for submission in rest}
    stopped = False
    if rest:
        with open_server() as server, stoppable() as stop:
            grade_all(rest, course, server, jobs, done, stop)
            stopped = stop()
    return Batch([reports[s] for s in submissions if s in reports], kept, stopped)


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


def _key(submission: Submission) -> Key:
    """By the file's content; what is no readable file has none, and is judged every time."""
    try:
        digest = hashlib.sha256(read_bytes(submission.path)).hexdigest()
    except UnreadableNotebook:
        digest = ""
    return Key(storable(submission.student), submission.slug, digest)


def _write(out: Path, report: Report) -> None:
    text = json.dumps({**report.as_dict(), "student": storable(report.student)}, indent=1) + "\n"
    write_in(out, f"reports/{report.student}/{report.exercise}.json", text)
