"""A process of its own that judges notebooks again and writes the class's files: asked on stdin, it tells on
stdout.

The server has threads, and forks no judges. What goes wrong here costs the server nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path

from grader.core.course import Course
from grader.core.errors import GraderError
from grader.core.files import locked
from grader.core.notebook import UnreadableNotebook, read_bytes
from grader.core.report import Report
from grader.engine.batch import grade_all
from grader.engine.submission import Submission
from grader.pages.write import write_results
from grader.sandbox.forkserver import ForkServer
from grader.term.gradebook import Gradebook, open_gradebook
from grader.term.gradebook.attempts import Attempt, attempts, path_of, record, suite_key
from grader.term.run import stoppable
from grader.term.standings import class_grades
from grader.web.background import Came, Job

Tell = Callable[[str, int, int], None]


class Held(GraderError):
    """The output folder is not to be had now."""


def judge_again(
    book: Gradebook,
    course: Course,
    numbers: Sequence[int],
    jobs: int,
    tell: Tell,
    open_server: Callable[[], ForkServer] = ForkServer,
) -> Came:
    """Judge what is now in the files of some attempts; a file that has changed is another attempt.

    When a file was handed in stays as it was. One that is gone or cannot be opened is left alone, and so is
    its verdict.

    Raises:
        GraderError: no sandbox, or the gradebook cannot be used.
    """
    chosen: dict[Submission, Attempt] = {}
    problems = []
    for attempt in attempts(book):
        key = attempt.received.key
        submission = Submission(key.student, key.exercise, path_of(attempt.received.path))
        if attempt.id not in numbers:
            continue
        if key.exercise not in course.exercises:
            problems.append(f"{key.student} {key.exercise}: the course has no such exercise any more")
        elif not _digest(submission.path):
            why = f"{submission.path} is gone or cannot be opened; nothing was changed"
            problems.append(f"{key.student} {key.exercise}: {why}")
        else:
            chosen[submission] = attempt  # of several with one file the last
    suites = {slug: suite_key(course.exercises[slug], course.salt) for slug in {s.slug for s in chosen}}
    before = {submission: _digest(submission.path) for submission in chosen}
    judged: list[Submission] = []

    def done(submission: Submission, report: Report) -> None:
        one = chosen[submission].received
        sha = report.submission_sha256 or before[submission]
        if not report.submission_sha256 and _digest(submission.path) != before[submission]:
            problems.append(
                f"{submission.student} {submission.slug}: the file changed while it was judged; judge it again"
            )
            return
        record(
            book, replace(one, key=replace(one.key, submission_sha256=sha)), suites[submission.slug], report
        )
        if report.score is None:
            problems.append(f"{submission.student} {submission.slug}: {report.problem or 'a test broke'}")
        judged.append(submission)
        tell("judging", len(judged), len(chosen))

    tell("judging", 0, len(chosen))
    stopped = False
    if chosen:
        with open_server() as server, stoppable() as stop:
            grade_all(list(chosen), course, server, min(jobs, len(chosen)), done, stop)
            stopped = stop()
    return Came(len(judged), tuple(problems), stopped)


def work(job: Job, tell: Tell) -> Came:
    """Hold the output folder, judge, write.

    Raises:
        Held: another process has the folder, or it cannot be written.
        GraderError: something cannot be read, judged or written.
    """
    course = Course(Path(job.root))
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(Path(job.out)))
        except GraderError as error:
            raise Held(str(error)) from None
        opened = stack.enter_context(open_gradebook(job.book))
        came = judge_again(opened, course, job.attempts, job.jobs, tell) if job.attempts else Came(0)
        tell("writing", 0, 0)
        write_results(
            class_grades(opened, course),
            course,
            Path(job.out),
            lambda done, total: tell("writing", done, total),
        )
    return came


def main() -> int:
    """0 when it is done, also if it was stopped; 2 if it cannot be."""
    job = Job(**json.load(sys.stdin))
    if not job.attempts:
        os.nice(10)  # pages are answered first; judging has limits of time, and keeps its rank

    def say(**words: object) -> None:
        try:
            print(json.dumps(words), flush=True)
        except BrokenPipeError:  # whoever asked is gone; what was begun is ended all the same
            sys.stdout = open("/dev/null", "w", encoding="utf-8")  # noqa: SIM115

    try:
        say(what="judging" if job.attempts else "writing", done=0, total=len(job.attempts))
        came = work(job, lambda what, done, total: say(what=what, done=done, total=total))
    except GraderError as error:
        say(problem=str(error), held=isinstance(error, Held))
        return error.exit_code
    except KeyboardInterrupt:
        say(came=asdict(Came(0, stopped=True)))
        return 0
    say(came=asdict(came))
    return 0


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(read_bytes(path)).hexdigest()
    except UnreadableNotebook:
        return ""


if __name__ == "__main__":
    sys.exit(main())
