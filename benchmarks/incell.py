"""What `check` costs in a notebook beyond the tests' own arithmetic: the first call and later ones, in a real kernel.

    python -m benchmarks.incell [--calls N] [SLUG …]

The reference notebook of each exercise is executed in a kernel, and every question of it checked N times. "bare" is the
same visible tests as plain functions on the same objects, through the same frames but without pytest, threads or display;
what a check takes longer than that is its own cost. The two are measured in turn, in one run; medians, and the most.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from grader.core.course import Course, Exercise

ROOT = Path(__file__).resolve().parents[1]

MEASURE = """
import contextlib as _c, importlib.util as _i, inspect as _s, io as _o, json as _j, statistics as _m
import time as _t, warnings as _w
_begun = _t.perf_counter()
from grader import check as _check
_questions, _calls, _suite = {questions!r}, {calls}, {suite!r}
_imported = _t.perf_counter() - _begun

def _ms(work):
    begun = _t.perf_counter()
    with _c.redirect_stdout(_o.StringIO()):
        work()
    return 1000 * (_t.perf_counter() - begun)

_first = _ms(lambda: _check(_questions[0]))
from grader.engine.local import LocalChannel as _Local
from grader.suite.remote_student import Student as _Student
import numpy as _n
_spec = _i.spec_from_file_location("bare_suite", _suite)
_bare = _i.module_from_spec(_spec); _spec.loader.exec_module(_bare)
_tests = [f for n, f in vars(_bare).items() if n.startswith("test_")]

def _run(name):
    student = _Student(_Local(get_ipython()))
    given = {{"student": student, "seed": 1, "session_seed": 1, "rng": _n.random.default_rng(1)}}
    with _w.catch_warnings():
        _w.simplefilter("ignore")
        for test in _tests:
            if test.pytestmark[0].args[0] == name:
                test(**{{p: given[p] for p in _s.signature(test).parameters}})

_rows = []
for _name in _questions:
    _run(_name); _check(_name)
    _pairs = [(_ms(lambda: _run(_name)), _ms(lambda: _check(_name))) for _ in range(_calls)]
    _bares, _checks, _beyond = [p[0] for p in _pairs], [p[1] for p in _pairs], [p[1] - p[0] for p in _pairs]
    _rows.append([_name, *map(_m.median, (_bares, _checks, _beyond)), max(_beyond), bool(_check(_name))])
print("RESULT" + _j.dumps([1000 * _imported, _first, _rows]))
"""


def measure(exercise: Exercise, suite: Path, calls: int) -> tuple[float, float, list[list[Any]]]:
    """(ms of the import, ms of the first check, rows: question, ms bare, ms of check, difference, its most, passed)."""
    notebook = nbformat.read(exercise.notebook, as_version=4)
    questions = exercise.question_names
    source = MEASURE.format(questions=questions, calls=calls, suite=str(suite))
    notebook.cells.append(nbformat.v4.new_code_cell(source))
    os.environ["PYTHONPATH"] = str(ROOT)
    place = {"metadata": {"path": str(suite.parent)}}
    NotebookClient(notebook, timeout=900, kernel_name="python3", resources=place).execute()
    texts = "".join(str(output.get("text", "")) for output in notebook.cells[-1].outputs)
    imported, first, rows = json.loads(texts.split("RESULT")[1])
    return imported, first, rows


def main() -> None:
    """Print a table an exercise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("slugs", nargs="*", default=["02_sigmoid", "03_jacobians"])
    parser.add_argument("--calls", type=int, default=20)
    arguments = parser.parse_args()
    course = Course(ROOT)
    for slug in arguments.slugs:
        imported, first, rows = measure(course.exercises[slug], course.exercises[slug].visible_suite, arguments.calls)
        print(f"{slug}: import {imported:.0f} ms, first check {first:.0f} ms, then, medians of {arguments.calls} calls:")
        print(f"  {'question':32} {'bare ms':>9} {'check ms':>9} {'beyond':>9} {'most':>9} {'first/later':>12}")
        for name, bare, checked, beyond, most, passed in rows:
            word = "" if passed else "  does not pass"
            print(f"  {name:32} {bare:9.2f} {checked:9.2f} {beyond:9.2f} {most:9.2f} {first / checked:11.0f}×{word}")


if __name__ == "__main__":
    main()
