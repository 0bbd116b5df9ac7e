"""One run of each grader over a set of submissions: everything set up first, then its commands, measured; what it gave."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.memory import watched
from benchmarks.peers.assignments import (
    Assignment,
    Copy,
    nbgrader_notebook,
    plain_notebook,
    write_otter_tests,
)
from benchmarks.peers.environments import Environment
from benchmarks.throughput import THREADS

ROOT = Path(__file__).resolve().parents[2]
LAUNCH = Path(__file__).with_name("launch.py")
CONFIG = """c = get_config()
c.CourseDirectory.course_id = "bench"
c.Execute.timeout = 600
c.NbGraderBase.logfile = ""
"""
Points = dict[str, float | None]


@dataclass(frozen=True)
class Run:
    """CPU seconds of the whole tree, wall seconds, peak memory, and the points of each student (None: no result)."""

    cpu_s: float
    wall_s: float
    peak_mb: float
    points: Points = field(default_factory=dict)
    feedback_cpu_s: float = 0.0
    feedback_wall_s: float = 0.0
    failed_commands: int = 0


def environ(home: Path, scripts: Path | None = None) -> dict[str, str]:
    """This process's environment, one thread for every numeric library, and a home that nothing else uses."""
    own = {"HOME": str(home), "PYTHONPATH": "" if scripts else str(ROOT), **THREADS}
    path = f"{scripts}{os.pathsep}{os.environ['PATH']}" if scripts else os.environ["PATH"]
    return {**os.environ, **own, "PATH": path}


def cost(streams: list[list[dict[str, Any]]], env: dict[str, str], log: Path) -> Run:
    """The commands of each stream one after the other, the streams at once."""
    order = json.dumps({"streams": streams, "env": env, "log": str(log)})
    answer, code, watch = watched([sys.executable, "-I", str(LAUNCH), order], os.environ)
    if code:
        raise OSError(f"the measured commands did not run; {log} has what they said")
    found = json.loads(answer)
    return Run(found["cpu_s"], found["wall_s"], watch.peak_mb, failed_commands=sum(code != 0 for code in found["codes"]))


def parts(copies: list[Copy], at_once: int) -> list[list[Copy]]:
    return [copies[start::at_once] for start in range(at_once)]


def bare(assignment: Assignment, copies: list[Copy], warm: tuple[str, ...]) -> list[dict[str, Any]]:
    """CPU and wall seconds and the passed tests of each copy, forked from a warm process (`benchmarks.peers.bare`)."""
    order = {"copies": [list(copy.cells) for copy in copies], "helpers": assignment.helpers, "warm": list(warm)}
    order |= {"names": [test.name for test in assignment.tests], "tests": [test.source for test in assignment.tests]}
    command = [sys.executable, "-m", "benchmarks.peers.bare"]
    env = {**os.environ, **THREADS}
    done = subprocess.run(command, input=json.dumps(order), capture_output=True, text=True, check=True, cwd=ROOT, env=env)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def ours(place: Path, assignment: Assignment, copies: list[Copy], at_once: int, home: Path) -> Run:
    """`grader grade`: reports, feedback pages, tables and gradebook are written; the sandbox's time is counted too."""
    folder, out, lost = place / "handed-in", place / "out", place / "sandbox-cpu"
    for copy in copies:
        plain_notebook(folder / copy.student / f"{assignment.slug}.ipynb", copy)
    argv = [sys.executable, "-m", "benchmarks.peers.graded", str(lost), "grade", str(folder), "-o", str(out)]
    argv += ["-j", str(at_once), "--exercise", assignment.slug, "--course", str(ROOT)]
    run = cost([[{"argv": argv, "cwd": str(place)}]], environ(home), place / "log")
    if not lost.exists():
        raise OSError(f"grader grade failed: {(place / 'log').read_text(errors='replace')[-400:]}")
    points: Points = {copy.student: None for copy in copies}
    for path in (out / "reports").rglob("*.json"):
        points[path.parent.name] = json.loads(path.read_text(encoding="utf-8"))["score"]
    cpu = run.cpu_s + sum(map(float, lost.read_text(encoding="ascii").split()))
    return Run(**{**asdict(run), "cpu_s": cpu, "points": points})


def nbgrader(place: Path, assignment: Assignment, copies: list[Copy], at_once: int, peer: Environment) -> Run:
    """`nbgrader autograde` and `nbgrader generate_feedback`; several at once: a course and gradebook each."""
    env, log, courses = environ(peer.home, peer.scripts), place / "log", []
    command, name = str(peer.scripts / "nbgrader"), assignment.slug
    for number, part in enumerate(parts(copies, at_once)):
        course = place / f"course-{number}"
        courses.append(course)
        nbgrader_notebook(course / "source" / name / f"{name}.ipynb", assignment, assignment.cells)
        (course / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
        quiet = {"cwd": course, "env": env, "check": True, "capture_output": True}
        subprocess.run([command, "generate_assignment", name], **quiet)  # type: ignore[call-overload]
        released = json.loads((course / "release" / name / f"{name}.ipynb").read_text(encoding="utf-8"))
        for copy in part:
            for cell, source in zip(released["cells"], copy.cells, strict=False):
                cell["source"] = source
            path = course / "submitted" / copy.student / name / f"{name}.ipynb"
            path.parent.mkdir(parents=True)
            path.write_text(json.dumps(released), encoding="utf-8")

    def each(word: str) -> list[list[dict[str, Any]]]:
        return [[{"argv": [command, word, name], "cwd": str(course)}] for course in courses]

    graded = cost(each("autograde"), env, log)
    feedback = cost(each("generate_feedback"), env, log)
    points: Points = {copy.student: None for copy in copies}
    for course in courses:
        subprocess.run([command, "export", "--to", "grades.csv"], cwd=course, env=env, check=True, capture_output=True)
        with (course / "grades.csv").open(encoding="utf-8", newline="") as stream:
            points.update((row["student_id"], float(row["score"])) for row in csv.DictReader(stream) if row["score"])
    return Run(
        graded.cpu_s, graded.wall_s, max(graded.peak_mb, feedback.peak_mb), points, feedback.cpu_s, feedback.wall_s,
        graded.failed_commands + feedback.failed_commands,
    )  # fmt: skip


def otter(place: Path, assignment: Assignment, copies: list[Copy], at_once: int, peer: Environment) -> Run:
    """`otter run` on each submission; several at once are several shells that work through their shares."""
    env, source = environ(peer.home, peer.scripts), place / "autograder"
    write_otter_tests(source, assignment)
    command = str(peer.scripts / "otter")
    make = [command, "generate", "-t", "tests", "-o", str(place / "autograder.zip"), "--no-requirements", "--no-environment"]
    subprocess.run([*make, "suite_support.py"], cwd=source, env=env, check=True, capture_output=True)
    streams = []
    for part in parts(copies, at_once):
        commands = []
        for copy in part:
            home = place / "results" / copy.student
            plain_notebook(home / f"{assignment.slug}.ipynb", copy)
            argv = [command, "run", "--no-logo", "-a", str(place / "autograder.zip"), "-o", str(home)]
            commands.append({"argv": [*argv, str(home / f"{assignment.slug}.ipynb")], "cwd": str(home)})
        streams.append(commands)
    run = cost(streams, env, place / "log")
    points: Points = {}
    for copy in copies:
        path = place / "results" / copy.student / "results.json"
        tests = json.loads(path.read_text(encoding="utf-8"))["tests"] if path.is_file() else None
        points[copy.student] = sum(float(test.get("score") or 0) for test in tests) if tests else None
    return Run(**{**asdict(run), "points": points})


PeerRun = Callable[[Path, Assignment, list[Copy], int, Environment], Run]
PEER_RUNS: dict[str, PeerRun] = {"nbgrader": nbgrader, "otter": otter}
