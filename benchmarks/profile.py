"""Where the time of one submission goes: CPU of the judge and of the sandbox, phase by phase.

    python -m benchmarks.profile --rounds 5 --copies 40

Every phase is the one before it and something more, in a loop, so that its own cost is the difference. The processes of
the sandbox are read from /proc, since no ancestor waits for them. Medians over the rounds; figures in milliseconds.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.measure import PlainStudent, descendants, hidden_tests
from benchmarks.throughput import THREADS, light_cells, write_copies
from grader.core.course import Exercise, open_course
from grader.core.files import write_file
from grader.engine.judges import warm_judge
from grader.engine.local import LocalChannel
from grader.engine.sandboxed import Sandbox, SandboxedNotebook
from grader.engine.submission import Judge, Submission
from grader.sandbox.core_claims import Core
from grader.sandbox.forkserver import ForkServer, Worker
from grader.sandbox.inside.shell import make_shell, run_cell
from grader.suite.remote_student import Student
from grader.suite.session import SuiteSession
from grader.term.gradebook import open_gradebook
from grader.term.gradebook.attempts import AttemptKey, Received, receive, record

SETTLE_S = 0.3
Phase = tuple[str, Callable[[], object]]


class Bare(PlainStudent):
    """The notebook's names in this process, for the suite's session."""

    _channel = None
    _calls: list[str] = []

    def last_call(self) -> str:
        return ""


def costs(work: Callable[[], object], times: int) -> tuple[float, float, float]:
    """Milliseconds of `work`, each of `times`: CPU of this process, CPU of the sandbox's, wall time."""
    time.sleep(SETTLE_S)
    inside = sum(descendants(os.getpid()).values())
    own, wall = time.process_time(), time.monotonic()
    for _ in range(times):
        work()
    own, wall = time.process_time() - own, time.monotonic() - wall
    time.sleep(SETTLE_S)  # the last supervisors are still being reaped
    inside = sum(descendants(os.getpid()).values()) - inside
    return 1e3 * own / times, 1e3 * inside / times, 1e3 * wall / times


def phases(exercise: Exercise, server: ForkServer, folder: Path) -> list[Phase]:
    """What is measured, from bare execution to a recorded report."""
    cells = list(enumerate(light_cells(exercise, False), 1))
    sandbox = Sandbox.of(server)
    suite, tests = SuiteSession(exercise.hidden_suite), hidden_tests(exercise)
    names: dict[str, Any] = {"__name__": "__main__"}
    for number, source in cells:
        exec(compile(source, f"<cell {number}>", "exec"), names)
    shell = make_shell()
    for number, source in cells:
        run_cell(shell, number, source)
    write_copies(folder / "copies", exercise.slug, light_cells(exercise, False), 1)
    submission = Submission("student-00000", exercise.slug, next((folder / "copies").glob("*/*.ipynb")))
    book = open_gradebook(folder / "book.sqlite")
    judge = Judge({exercise.slug: exercise}, "", sandbox, {exercise.hidden_suite: suite})
    graded = judge.grade(submission)
    received = Received(AttemptKey(submission.student, exercise.slug, graded.submission_sha256), str(submission.path))
    receive(book, [received])
    count = iter(range(1 << 30))

    def notebook(cells_run: list[tuple[int, str]], with_suite: bool) -> None:
        with SandboxedNotebook(sandbox, cells_run, exercise.limits) as work:
            if with_suite:
                suite.run(Student(work), "x")

    def bare_tests() -> None:
        import numpy as np

        student = Bare(names)
        for position, (test, wanted) in enumerate(tests):
            given = {"student": student, "rng": np.random.default_rng(position), "seed": position, "session_seed": 0}
            test(*(given[name] for name in wanted))

    def bare_cells() -> None:
        for number, source in cells:
            exec(compile(source, f"<cell {number}>", "exec"), dict(names))

    def as_text() -> str:
        return json.dumps(graded.as_dict(), indent=1)

    return [
        ("the tests, called bare", bare_tests),
        ("the cells, executed bare", bare_cells),
        ("pytest around the tests", lambda: suite.run(Bare(names), "x")),  # type: ignore[arg-type]
        ("frames, without a sandbox", lambda: suite.run(Student(LocalChannel(shell)), "x")),
        ("a worker, started and ended", lambda: Worker(server.path, exercise.limits, server.homes).close()),
        ("a worker, one empty cell", lambda: notebook([(1, "")], False)),
        ("a worker, all cells", lambda: notebook(cells, False)),
        ("a worker, cells and suite", lambda: notebook(cells, True)),
        ("the whole judge", lambda: judge.grade(submission)),
        ("the report, in the gradebook", lambda: record(book, received, "key", graded)),
        ("the report, as a file", lambda: write_file(folder / "reports" / f"{next(count)}.json", as_text(), durable=False)),
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.profile", description=__doc__.split("\n")[0])
    parser.add_argument("--exercise", default="01_gates")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--copies", type=int, default=40, help="repetitions of a phase in a round")
    parser.add_argument("--sandbox", default="auto", help="auto, bwrap, landlock or none")
    options = parser.parse_args()
    os.environ.update(THREADS, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    warm_judge()
    Core()  # as a judge has
    exercise = open_course().find(options.exercise)
    with ForkServer(options.sandbox) as server, tempfile.TemporaryDirectory(prefix="bench-") as folder:
        wanted = phases(exercise, server, Path(folder))
        found: dict[str, list[tuple[float, float, float]]] = {name: [] for name, _ in wanted}
        for _ in range(options.rounds):
            for name, work in wanted:
                work()
                found[name].append(costs(work, options.copies))
        table = Table(title=f"one submission of {exercise.slug}, {server.rung}: milliseconds, medians")
        for column in ("phase", "judge CPU", "sandbox CPU", "both", "wall"):
            table.add_column(column, justify="left" if column == "phase" else "right")
        for name, samples in found.items():
            own, inside, wall = (median(sample[i] for sample in samples) for i in range(3))
            table.add_row(name, *(f"{value:.1f}" for value in (own, inside, own + inside, wall)))
        Console(width=100).print(table)


if __name__ == "__main__":
    main()
