"""The fork server as the judge sees it: what is its fault is never the student's."""

from __future__ import annotations

import os
import signal

import pytest
from conftest import DOUBLE, QUICK, GradeCells, eventually, family

from grader.errors import OurFailure
from grader.sandbox.forkserver import ForkServer
from grader.student.remote import Student
from grader.student.sandboxed import SandboxedNotebook


def test_a_call_that_the_fork_server_does_not_survive_is_our_failure() -> None:
    """Everything below bubblewrap is killed in the middle of a notebook: no verdict on it."""
    with ForkServer("bwrap") as server:
        with SandboxedNotebook(server.path, [(1, DOUBLE)], QUICK) as notebook:
            student = Student(notebook)
            assert student.double(2) == 4
            os.kill(max(family(server)), signal.SIGSTOP)  # the youngest is the worker: it must not answer first
            for pid in sorted(family(server))[:-1]:
                os.kill(pid, signal.SIGKILL)
            with pytest.raises(OurFailure, match="fork server ended"):
                student.double(3)
        assert eventually(lambda: not server.alive())


def test_a_worker_that_ends_itself_is_the_students(forkserver: ForkServer, grade_cells: GradeCells) -> None:
    """The supervisor says how it ended, so this is a crash, and the question's points are gone."""
    report = grade_cells(["import os\ndef double(x):\n    os._exit(3)"])
    assert report.status == "graded"
    assert {test.status for question in report.questions for test in question.tests if question.name == "double"} == {"crashed"}
