"""One measurement in a process of its own: N submissions graded, or the same cells and tests executed bare.

    python -m benchmarks.measure '{"mode": "graded", "course": …, "folder": …, "slug": …, "jobs": 2, "rung": "auto"}'

The answer is one line of JSON on stdout.
"""

from __future__ import annotations

import contextlib
import importlib.util
import inspect
import io
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from _pytest.mark import ParameterSet

from grader.core.course import Course, Exercise
from grader.core.errors import GraderError
from grader.core.notebook import read_notebook
from grader.core.report import Report
from grader.engine.judges import LocalBackend, warm_judge
from grader.exchange.intake.take_in import take_in
from grader.pages.write_results import write_reports
from grader.sandbox.forkserver import ForkServer
from grader.term.gradebook import open_gradebook
from grader.term.gradebook.attempts import reports, verdicts
from grader.term.run import grade_class
from grader.term.standings import class_grades

TICK = os.sysconf("SC_CLK_TCK")
WARM_UP = 5
SETTLE_S = 0.3


def descendants(root: int) -> dict[int, float]:
    """pid → CPU seconds, its own and its reaped children's, of every process below `root` that is there now."""
    parents: dict[int, int] = {}
    cpu: dict[int, float] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError, IndexError, ValueError), open(f"/proc/{name}/stat", "rb") as stream:
                fields = stream.read().rpartition(b") ")[2].split()
                parents[int(name)] = int(fields[1])
                cpu[int(name)] = sum(int(n) for n in fields[11:15]) / TICK
    found: dict[int, float] = {}
    front = {root}
    while front:
        front = {pid for pid, parent in parents.items() if parent in front and pid not in found}
        found.update((pid, cpu[pid]) for pid in front)
    return found


def tree_cpu() -> float:
    """CPU seconds of this process, of all it has waited for, and of all that is alive below it.

    `RUSAGE_CHILDREN` alone is not enough: below bubblewrap the fork server dies with its pid namespace and no ancestor
    waits for it, so its time, and its workers', must be read from /proc while it lives (in ticks of 10 ms).
    """
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages) + sum(descendants(os.getpid()).values())


def graded(course: Course, folder: Path, slug: str, jobs: int, rung: str) -> dict[str, Any]:
    """Every submission below `folder` through the grader, report files written; CPU of the tree, wall time.

    Raises:
        GraderError: a submission did not get full marks, so this would not be the run it claims to be.
    """
    submissions = take_in(folder, course, folder, slugs=[slug]).handed
    begun = time.monotonic()
    with ForkServer(rung) as server:
        warm_judge()
        warm_cpu, warm = tree_cpu(), time.monotonic()
        out = folder.with_name(folder.name + "-out")
        with open_gradebook(out.with_suffix(".sqlite")) as book:
            kept_open = contextlib.nullcontext(LocalBackend(server, jobs))
            grade_class(submissions, course, lambda: kept_open, book, True, lambda done, total: None)
            write_reports(class_grades(book, course), out)
        wall = time.monotonic() - warm
        time.sleep(SETTLE_S)  # the last supervisors are still being reaped
        cpu = tree_cpu() - warm_cpu
        name = server.rung
    judged = with_full_marks(out.with_suffix(".sqlite"), len(submissions))
    phases = {key: sum(report.timings[key] for report in judged) / len(judged) for key in judged[0].timings}
    return {
        "cpu_s": cpu,
        "wall_s": wall,
        "server_cpu_s": warm_cpu,
        "server_wall_s": warm - begun,
        "rung": name,
        "copies": len(judged),
        "phases": phases,
    }


def with_full_marks(place: Path, count: int) -> list[Report]:
    """All reports in the gradebook at `place`.

    Raises:
        GraderError: one did not get full marks, or there are not `count`, so this was not the run it claims to be.
    """
    with open_gradebook(place) as book:
        found = list(reports(book, [verdict.id for verdict in verdicts(book)]).values())
    wrong = [report for report in found if report.score != report.max_score]
    if wrong or len(found) != count:
        raise GraderError(f"{len(wrong)} of {len(found)} copies of the reference without full marks: {wrong[:1]}")
    return found


class Plain:
    """An object of this process in place of a reference into a worker: attributes and calls, nothing between."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def __getattr__(self, name: str) -> Plain:
        return Plain(getattr(self._value, name))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        result = self._value(*args, **kwargs)
        return Plain(result) if inspect.isclass(self._value) else result

    def keep(self, *args: Any, **kwargs: Any) -> Plain:
        return Plain(self._value(*args, **kwargs))

    def with_arguments(self, *args: Any) -> tuple[Any, list[Any]]:
        """The result and the arguments after the call; it gets copies, as a purity check needs."""
        copies = [arg.copy() if isinstance(arg, np.ndarray) else arg for arg in args]
        return self(*copies), copies

    def value(self) -> Any:
        return self._value


class PlainStudent:
    """A namespace whose names are the attributes of `student`."""

    def __init__(self, names: dict[str, Any]) -> None:
        self._names = names

    def __getattr__(self, name: str) -> Plain:
        return Plain(self._names[name])

    def has(self, name: str) -> bool:
        return name in self._names

    def library(self, name: str) -> Any:
        return Plain(importlib.import_module(name))


def hidden_tests(exercise: Exercise) -> list[tuple[Callable[..., None], list[str], dict[str, Any]]]:
    """The test functions of the hidden suite with the names of their arguments, once for each set of parameters.

    Raises:
        GraderError: a test asks for a fixture that bare execution has not got.
    """
    spec = importlib.util.spec_from_file_location(f"bare_{exercise.slug}", exercise.hidden_suite)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    functions = [f for n, f in vars(module).items() if n.startswith("test_")]
    tests = [(f, list(inspect.signature(f).parameters), values) for f in functions for values in parameters(f)]
    for test, names, values in tests:
        if unknown := set(names) - {"student", "rng", "seed", "session_seed", *values}:
            raise GraderError(f"{test.__name__}: bare execution has no fixture {', '.join(unknown)}")
    return tests


def parameters(test: Callable[..., None]) -> list[dict[str, Any]]:
    """Every combination that the `parametrize` marks of a test ask for; one without anything if it has none."""
    sets: list[dict[str, Any]] = [{}]
    for mark in getattr(test, "pytestmark", []):
        if mark.name == "parametrize":
            names = mark.args[0].replace(" ", "").split(",") if isinstance(mark.args[0], str) else list(mark.args[0])
            rows = [ParameterSet.extract_from(row, force_tuple=len(names) == 1).values for row in mark.args[1]]
            sets = [{**known, **dict(zip(names, row, strict=True))} for known in sets for row in rows]
    return sets


def bare(course: Course, folder: Path, slug: str, jobs: int, rung: str) -> dict[str, Any]:
    """The same cells and tests in this one warm process: exec in a new namespace, then the test functions called."""
    notebooks = [list(read_notebook(s.path).cells) for s in take_in(folder, course, folder, slugs=[slug]).handed]
    warm_judge()
    import matplotlib

    matplotlib.use("agg")
    tests = hidden_tests(course.find(slug))

    def one(index: int, cells: list[tuple[int, str]]) -> None:
        namespace: dict[str, Any] = {"__name__": "__main__"}
        with contextlib.redirect_stdout(io.StringIO()):
            for number, source in cells:
                exec(compile(source, f"<cell {number}>", "exec"), namespace)
            student = PlainStudent(namespace)
            for position, (test, names, values) in enumerate(tests):
                given = {
                    "student": student,
                    "rng": np.random.default_rng([index, position]) if "rng" in names else None,
                    "seed": index * 1000 + position,
                    "session_seed": index,
                    **values,
                }
                test(*(given[name] for name in names))

    for index in range(WARM_UP):
        one(index, notebooks[index % len(notebooks)])
    cpu, wall = time.process_time(), time.monotonic()
    for index, cells in enumerate(notebooks):
        one(index, cells)
    return {
        "cpu_s": time.process_time() - cpu,
        "wall_s": time.monotonic() - wall,
        "copies": len(notebooks),
    }


def main() -> None:
    """Take one measurement as `sys.argv[1]` describes it; print it."""
    order = json.loads(sys.argv[1])
    measure = {"graded": graded, "bare": bare}[order["mode"]]
    result = measure(Course(Path(order["course"])), Path(order["folder"]), order["slug"], order["jobs"], order["rung"])
    print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
