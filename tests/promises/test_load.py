"""Verdicts do not depend on the order, the number of judges, or what else the machine is doing."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import pytest
from support.cells import APPLY, DOUBLE, RIGHT, WRONG
from support.nonempty import nonempty
from support.paths import COURSE

from grader.core.course import Course
from grader.engine.judges import LocalBackend, grade_all
from grader.engine.submission import Submission
from grader.sandbox.forkserver import ForkServer

KINDS = [
    RIGHT,
    WRONG,
    [DOUBLE, APPLY],
    [*RIGHT, "def double(x):\n    raise ValueError('no')"],
    ["import random\nimport numpy as np\nseen = (random.random(), np.random.rand())", *RIGHT, "print(seen)\n1 / 0"],
    ["def double(x):\n    while True: pass"],
]


def notebook(path: Path, cells: list[str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells]), path)
    return path


def judged(submissions: list[Submission], server: ForkServer, jobs: int) -> dict[str, dict[str, Any]]:
    """Student → the report, without its timings."""
    reports = grade_all(submissions, Course(COURSE), LocalBackend(server, jobs))
    return {submission.student: {**report.as_dict(), "timings": None} for submission, report in reports}


def spin() -> None:
    while True:
        pass


@contextmanager
def burners(count: int) -> Iterator[None]:
    """So many processes that do nothing but use a core."""
    processes = [multiprocessing.Process(target=spin, daemon=True) for _ in range(count)]
    for process in processes:
        process.start()
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.join()


def test_order_and_number_of_judges_change_no_report(forkserver: ForkServer, tmp_path: Path) -> None:
    """One judge; two judges; two judges and the other way round: the same reports, byte by byte, outside `timings`."""
    submissions = []
    for number, cells in enumerate(KINDS * 2):
        path = notebook(tmp_path / f"s{number}" / "01_double.ipynb", cells)
        submissions.append(Submission(f"s{number}", "01_double", path))
    first = judged(submissions, forkserver, 1)
    assert first == judged(submissions, forkserver, 2)
    assert first == judged(submissions[::-1], forkserver, 2)
    assert {report["score"] for report in first.values()} >= {5.0, 0.0}


@pytest.mark.slow
def test_five_hundred_gradings_under_load_give_the_reports_of_an_idle_machine(forkserver: ForkServer, tmp_path: Path) -> None:
    """Four times as many judges as cores, and a burner a core beside them: not one word of a report is another."""
    cores = multiprocessing.cpu_count()
    *light, endless = KINDS
    submissions = []
    for number in range(500):
        cells = endless if number % 50 == 49 else [f"# {number}", *light[number % len(light)]]
        path = notebook(tmp_path / f"s{number}" / "01_double.ipynb", cells)
        submissions.append(Submission(f"s{number}", "01_double", path))
    idle = judged(submissions, forkserver, cores)
    assert all(report["score"] is not None for report in nonempty(idle.values())) and len(idle) == 500
    with burners(cores):
        loaded = judged(submissions, forkserver, 4 * cores)
    different = [(student, idle[student], loaded[student]) for student in idle if loaded[student] != idle[student]]
    assert different == []
