"""A process that grades notebooks again and writes the class's files, for `grader.web.background`.

The server has threads, so it must not fork judges; and what goes wrong here costs the server nothing.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path

from grader.core.course import Course
from grader.core.errors import GraderError
from grader.core.files import locked
from grader.engine.gate import require_proof
from grader.engine.judges import Backend, open_local
from grader.pages.write_results import write_results
from grader.term.gradebook import Gradebook, open_gradebook
from grader.term.gradebook.attempts import attempts
from grader.term.run import grade_again
from grader.term.standings import class_grades
from grader.web.background import Job, JobResult

Tell = Callable[[str, int, int], None]


class Held(GraderError):
    """Another process has the output folder."""


def work(job: Job, tell: Tell) -> JobResult:
    """Hold the output folder, grade, write.

    Raises:
        Held: another process has the folder, or it cannot be written.
        GraderError: something cannot be read, judged or written.
    """
    course, out = Course(Path(job.root)), Path(job.out)
    result = JobResult(0)
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(out))
        except GraderError as error:
            raise Held(str(error)) from None
        book = stack.enter_context(open_gradebook(job.book))
        if job.attempts:
            open_backend = partial(_proved, course, job.attempts, book)
            batch = grade_again(job.attempts, course, open_backend, book, partial(tell, "judging"))
            ungraded = (f"{r.student} {r.exercise}: {r.problem or 'a test broke'}" for r in batch.ungraded)
            result = JobResult(batch.total - batch.left, (*batch.refused, *ungraded), batch.stopped)
        tell("writing", 0, 0)
        write_results(class_grades(book, course), course, out, partial(tell, "writing"))
    return result


@contextmanager
def _proved(course: Course, numbers: Sequence[int], book: Gradebook) -> Iterator[Backend]:
    """The judges, once the tests of the exercises of these attempts fit their references."""
    wanted = set(numbers)
    slugs = {attempt.received.key.exercise for attempt in attempts(book) if attempt.id in wanted}
    with open_local() as backend:
        require_proof(course, slugs & set(course.exercises), lambda: backend)
        yield backend


def main() -> int:
    """The exit code: 0 if it is done or was stopped, 2 if it cannot be done."""
    job = Job(**json.load(sys.stdin))
    if not job.attempts:
        os.nice(10)  # answering comes first; judging has time limits, so it keeps its priority

    def say(**words: object) -> None:
        try:
            print(json.dumps(words), flush=True)
        except BrokenPipeError:  # the server is gone; what was begun is finished all the same
            sys.stdout = open("/dev/null", "w", encoding="utf-8")  # noqa: SIM115

    try:
        say(what="judging" if job.attempts else "writing", done=0, total=len(job.attempts))
        result = work(job, lambda what, done, total: say(what=what, done=done, total=total))
    except GraderError as error:
        say(problem=str(error), held=isinstance(error, Held))
        return error.exit_code
    except KeyboardInterrupt:
        say(result=asdict(JobResult(0, stopped=True)))
        return 0
    say(result=asdict(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
