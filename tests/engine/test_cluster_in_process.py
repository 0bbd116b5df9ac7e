"""A scheduler and a worker as threads of the test: quick, and coverage can follow what a worker does."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from support.cells import RIGHT, WRONG
from support.nonempty import nonempty
from support.paths import COURSE

import grader.engine.cluster.judge as judge
import grader.engine.cluster.start as start
from grader.core.course import Course
from grader.core.errors import GraderError
from grader.engine.cluster import open_cluster
from grader.engine.judges import grade_all, open_local
from grader.engine.submission import Submission

distributed = pytest.importorskip("distributed", reason="without gradbook[cluster] there are no clusters")

SLUG = "01_double"


@contextmanager
def dask(workers: int = 1, threads: int = 1) -> Iterator[Any]:
    """A scheduler and workers in this process, reached by TCP like any other."""
    with distributed.LocalCluster(
        n_workers=workers, threads_per_worker=threads, processes=False, protocol="tcp://", host="127.0.0.1",
        dashboard_address="127.0.0.1:0", silence_logs=logging.CRITICAL,
    ) as cluster:  # fmt: skip
        yield cluster


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A scheduler with one worker that is fit."""
    with dask() as running:
        yield running


@pytest.fixture
def told() -> list[str]:
    """What was said about hosts that cannot be used."""
    return []


@pytest.fixture
def submissions(tmp_path: Path) -> list[Submission]:
    """A right notebook, a wrong one, a script, a torn file, and one that cannot be read."""
    notebook, script = tmp_path / "ada.ipynb", tmp_path / "eve.py"
    for path, cells in ((notebook, RIGHT), (tmp_path / "bob.ipynb", WRONG)):
        nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells]), path)
    script.write_text("\n\n".join(RIGHT), encoding="utf-8")
    (tmp_path / "torn.ipynb").write_text('{"cells": [')
    names = ("ada.ipynb", "bob.ipynb", "eve.py", "torn.ipynb", "gone.ipynb")
    return [Submission(name.partition(".")[0], SLUG, tmp_path / name) for name in names]


def test_a_worker_gives_the_reports_of_this_machine(cluster: Any, submissions: list[Submission]) -> None:
    """Timings aside; what it is doing is said."""
    course, doing = Course(COURSE), list[str]()
    with open_cluster(cluster.scheduler_address, course, [SLUG], look=doing.append) as backend:
        there = {submission: report.as_dict() | {"timings": None} for submission, report in grade_all(submissions, course, backend)}
    with open_local(jobs=1) as backend:
        here = {submission: report.as_dict() | {"timings": None} for submission, report in grade_all(submissions, course, backend)}
    assert there == here and len(there) == len(submissions)
    assert any(line.startswith("grading on 1 worker in ") for line in doing)


def test_a_host_with_other_versions_is_told_and_refused(cluster: Any, told: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is graded, and with what is to be installed there."""
    real = start.environment()
    monkeypatch.setattr(start, "environment", lambda: {**real, "numpy": "0.1", "torch": "0.2"})
    with (
        pytest.raises(GraderError, match="not fit to judge: 127.0.0.1 .*install there what is here"),
        open_cluster(cluster.scheduler_address, Course(COURSE), [SLUG], tell=told.append),
    ):
        pass
    assert len(told) == 1 and f"numpy {real['numpy']}, here 0.1; torch {real['torch']}, here 0.2" in told[0]


def test_a_worker_with_several_threads_is_told_and_refused(told: list[str]) -> None:
    with dask(threads=2) as running, pytest.raises(GraderError, match="not fit to judge"), open_cluster(
        running.scheduler_address, Course(COURSE), [SLUG], tell=told.append
    ):  # fmt: skip
        pass
    assert told == ["127.0.0.1: a worker with 2 threads; start it with --nthreads 1"]


def test_a_host_without_a_sandbox_is_told_and_refused(cluster: Any, told: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def none_here(rung: str) -> None:
        raise GraderError("no sandbox on this machine: not allowed")

    monkeypatch.setattr(judge, "ForkServer", none_here)
    with (
        pytest.raises(GraderError, match="repair them, or stop their workers"),
        open_cluster(cluster.scheduler_address, Course(COURSE), [SLUG], tell=told.append),
    ):
        pass
    assert told == ["127.0.0.1: no sandbox on this machine: not allowed"]


def test_a_scheduler_without_workers_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "PATIENCE_S", 0.2)
    with (
        dask(workers=0) as running,
        pytest.raises(GraderError, match="the scheduler has no workers; start some on every machine: dask worker tcp://"),
        open_cluster(running.scheduler_address, Course(COURSE), [SLUG]),
    ):
        pass


@pytest.mark.parametrize(("gone", "words"), [("scheduler", "the scheduler is gone"), ("workers", "no worker for 0 s")])
def test_what_goes_while_grading_is_one_line(gone: str, words: str, submissions: list[Submission], monkeypatch: pytest.MonkeyPatch) -> None:
    """What was graded is kept, and the same command goes on. The sandbox here is a stand-in: nothing is graded."""
    idle = SimpleNamespace(path="", rung="none", homes=None, alive=lambda: True, close=lambda: None)
    monkeypatch.setattr(judge, "ForkServer", lambda rung: idle)
    monkeypatch.setattr(start, "GONE_S", 0.1)
    with dask() as running, pytest.raises(GraderError, match=f"{words}.*run the same command again"), open_cluster(
        running.scheduler_address, Course(COURSE), [SLUG]
    ) as backend:  # fmt: skip
        monkeypatch.setattr("grader.engine.cluster.backend.LOOK_S", 0.0)
        if gone == "scheduler":
            backend.client.close()
        else:
            backend.client.retire_workers()
        list(grade_all(submissions, Course(COURSE), backend))


def test_an_idle_worker_gives_up_its_sandbox_and_starts_another(cluster: Any, submissions: list[Submission], monkeypatch: pytest.MonkeyPatch) -> None:
    """Its client may have been killed; if it was only slow, the next notebook is graded all the same."""
    course, sandboxes = Course(COURSE), list[int]()
    real = judge.ForkServer

    def counted(rung: str) -> Any:
        sandboxes.append(1)
        return real(rung)

    monkeypatch.setattr(judge, "ForkServer", counted)
    monkeypatch.setattr(judge, "IDLE_S", 0.5)
    with open_cluster(cluster.scheduler_address, course, [SLUG]) as backend:
        (worker,) = cluster.workers.values()
        (plugin,) = (plugin for name, plugin in worker.plugins.items() if name == backend.run)
        while plugin.ready_judge is not None:
            plugin.ended.wait(0.05)
        reports = [report for _, report in grade_all(submissions[:1], course, backend)]
    assert all(report.status == "graded" for report in nonempty(reports)) and len(sandboxes) == 2
