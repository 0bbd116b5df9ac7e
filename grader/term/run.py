"""Receive, digest, judge and record: what the gradebook has already is not graded again."""

import hashlib
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType

from grader.core.course import Course
from grader.core.notebook import UnreadableNotebook, read_bytes
from grader.core.report import Report
from grader.core.safe_text import storable
from grader.engine.judges import Backend, grade_all
from grader.engine.submission import Submission, lost_report
from grader.engine.verdict_key import verdict_keys
from grader.exchange.intake.handed_in import Handed
from grader.term.gradebook import Gradebook
from grader.term.gradebook.attempts import (
    AttemptKey,
    Received,
    attempts,
    finished,
    path_of,
    receive,
    record,
    reports,
    text_of,
    timed_out,
)
from grader.term.order import Forecast, slow_last

OpenBackend = Callable[[], AbstractContextManager[Backend]]
CHANGED = "the file changed while it was judged; judge it again"  # which content was judged is not known


@dataclass(frozen=True)
class Batch:
    """What came of a run; the reports themselves are in the gradebook.

    Attributes:
        students: whose submissions they are.
        total: submissions in all, of which `kept` were in the gradebook and `left` are still to be judged.
        ungraded: reports without a score, in the order of the submissions.
        refused: a sentence for each attempt that should be judged again and cannot be.
    """

    students: frozenset[str]
    total: int
    kept: int
    left: int
    ungraded: tuple[Report, ...]
    stopped: bool
    refused: tuple[str, ...] = ()


def grade_class(
    handed: Sequence[Handed],
    course: Course,
    open_backend: OpenBackend,
    book: Gradebook,
    again: bool,
    progress: Callable[[int, int], None],
    every_attempt: bool = False,
    tell_left: Callable[[str], None] = lambda words: None,
) -> Batch:
    """Judge what the gradebook does not have yet; every new report is recorded as it comes.

    Args:
        handed: of several attempts by one student at one exercise the last one is judged; all are kept.
        open_backend: starts the judges; called only if something is to be judged.
        again: judge everything, also what the gradebook has.
        progress: told (done, in all), those found in the gradebook counted as done.
        every_attempt: judge all attempts: a policy may choose another than the last.
        tell_left: told the time that is left, in words, as soon as it can be estimated.

    Raises:
        GraderError: the gradebook cannot be used, or the disk that it is on is full.
    """
    contents: dict[AttemptKey, Received] = {}  # the same file twice is one attempt, the later one
    for received in map(_received, handed):
        contents.pop(received.key, None)
        contents[received.key] = received
    receive(book, list(contents.values()))
    every = {_submission(received): received for received in contents.values()}
    last = {(submission.student, submission.exercise): submission for submission in every}
    submissions = list(every) if every_attempt else list(last.values())
    certain = {submission: every[submission] for submission in submissions if not every[submission].doubt}
    waiting = certain if again else _without_finished(certain, course, book)[0]
    doubtful = tuple(_left_open(book, s, every[s]) for s in submissions if every[s].doubt)
    batch = _judge(list(certain), waiting, course, open_backend, book, progress, tell_left)
    return replace(
        batch,
        students=batch.students | {report.student for report in doubtful},
        total=len(submissions),
        ungraded=batch.ungraded + doubtful,
    )


def _left_open(book: Gradebook, submission: Submission, received: Received) -> Report:
    """The report of a file that is not graded before a person has looked at it."""
    report = lost_report(submission, received.doubt)
    record(book, received, "", report)  # no suite has seen it
    return report


def grade_and_keep(
    submissions: Iterable[Submission], course: Course, backend: Backend, book: Gradebook
) -> Iterator[Report]:
    """The reports that the gradebook has, then the others, which are recorded as they come."""
    every = {
        submission: Received(
            AttemptKey(storable(submission.student), submission.exercise, digest(submission.path)),
            text_of(submission.path.absolute()),
        )
        for submission in submissions
    }
    receive(book, list(every.values()))
    waiting, kept = _without_finished(every, course, book)
    documents = reports(book, kept)
    yield from (documents[number] for number in kept)
    yield from (report for _, report in judged(waiting, course, backend, book))


def grade_again(
    numbers: Iterable[int],
    course: Course,
    open_backend: OpenBackend,
    book: Gradebook,
    progress: Callable[[int, int], None],
) -> Batch:
    """Judge what is now in the files of some attempts; a file that has changed is another attempt.

    When a file was handed in stays as it was. One that is gone or cannot be opened is left alone, and so is
    its verdict.

    Raises:
        GraderError: no sandbox, or the gradebook cannot be used.
    """
    wanted = set(numbers)
    waiting: dict[Submission, Received] = {}
    refused = []
    for received in (attempt.received for attempt in attempts(book) if attempt.id in wanted):
        submission = _submission(received)
        content = digest(submission.path)
        why = f"{submission.path} is gone or cannot be opened; nothing was changed" if not content else ""
        if submission.exercise not in course.exercises:
            why = "the course has no such exercise any more"
        if why:
            refused.append(f"{submission.student} {submission.exercise}: {why}")
        else:  # of several contents that a file had the last
            waiting[submission] = _of_content(received, content)
    batch = _judge(list(waiting), waiting, course, open_backend, book, progress)
    return replace(batch, refused=tuple(refused))


def _judge(
    submissions: Sequence[Submission],
    waiting: Mapping[Submission, Received],
    course: Course,
    open_backend: OpenBackend,
    book: Gradebook,
    progress: Callable[[int, int], None],
    tell_left: Callable[[str], None] = lambda words: None,
) -> Batch:
    """Judge and record those of the submissions that are `waiting`; those that may take long come last."""
    total, kept = len(submissions), len(submissions) - len(waiting)
    done: dict[Submission, Report | None] = {}
    stopped = False
    progress(kept, total)
    slow = slow_last(waiting, timed_out(book)) if waiting else {}
    waiting = {submission: waiting[submission] for submission in slow}
    if waiting:
        with open_backend() as backend, stoppable() as stop:
            forecast = Forecast(course, slow)
            for submission, report in judged(waiting, course, backend, book, stop):
                forecast.done(submission, report)
                tell_left(forecast.left())
                done[submission] = report if report.score is None else None
                progress(kept + len(done), total)
            stopped = stop()
    students = frozenset(submission.student for submission in submissions)
    ungraded = tuple(filter(None, (done.get(submission) for submission in waiting)))
    return Batch(students, total, kept, len(waiting) - len(done), ungraded, stopped)


def judged(
    waiting: Mapping[Submission, Received],
    course: Course,
    backend: Backend,
    book: Gradebook,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[tuple[Submission, Report]]:
    """Each submission with its report, once it has been recorded for the content that was judged."""
    keys = verdict_keys(course)
    for submission, report in grade_all(list(waiting), course, backend, stop):
        received = waiting[submission]
        if not report.submission_sha256 and digest(submission.path) != received.key.submission_sha256:
            report = lost_report(submission, CHANGED)
        else:
            received = _of_content(received, report.submission_sha256 or received.key.submission_sha256)
            record(book, received, keys[submission.exercise], report)
        yield submission, report


def _without_finished(
    every: Mapping[Submission, Received], course: Course, book: Gradebook
) -> tuple[dict[Submission, Received], list[int]]:
    """Those that are to be judged, and the numbers of the others' verdicts; what cannot be read always is."""
    known = finished(book, verdict_keys(course).values())
    done = {s: known[r.key] for s, r in every.items() if r.key.submission_sha256 and r.key in known}
    return {s: r for s, r in every.items() if s not in done}, list(done.values())


@contextmanager
def stoppable() -> Iterator[Callable[[], bool]]:
    """Within it, the first Ctrl-C only asks to stop (the function yielded says so); the second interrupts."""
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


def _received(handed: Handed) -> Received:
    return Received(
        AttemptKey(storable(handed.student), handed.slug, digest(handed.path)),
        text_of(handed.path.absolute()),
        handed.submitted_at,
        handed.late,
        handed.order,
        handed.kind,
        storable(handed.original),
        storable(handed.lms_id),
        handed.strength,
        storable(handed.recognised),
        storable(handed.doubt),
    )


def _submission(received: Received) -> Submission:
    return Submission(received.key.student, received.key.exercise, path_of(received.path))


def _of_content(received: Received, digest: str) -> Received:
    return replace(received, key=replace(received.key, submission_sha256=digest))


def digest(path: Path) -> str:
    """The hash of the file's content; "" for one that cannot be read, which is judged every time."""
    try:
        return hashlib.sha256(read_bytes(path)).hexdigest()
    except UnreadableNotebook:
        return ""
