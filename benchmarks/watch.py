"""What a student waits for: a cold `grader check` beside bare imports, and from save to verdict in `grader watch`.

    python -m benchmarks.watch [--exercise 01_gates] [--rounds 10] [--out FILE]

The check's cost is the difference of medians against `python -c "import numpy, pytest"`. Save to verdict is measured
through the file watcher and the warm process, from the rename of a changed notebook to the verdict; the student's own
code (the cells and the calls, run in this process) is shown beside it.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median

from grader.core.course import Course, open_course
from grader.core.notebook import read_notebook
from grader.engine.selfcheck import run_cells
from grader.sandbox.inside.shell import make_shell
from grader.student.watch.checker import Checker
from grader.student.watch.saved_files import saved_notebooks


def cold(arguments: list[str], rounds: int) -> dict[str, float]:
    """Median seconds of a fresh Python, by the clock and of CPU (which a loaded machine does not change)."""
    wall, cpu = [], []
    for _ in range(rounds):
        begun, used = time.perf_counter(), os.times()
        subprocess.run([sys.executable, *arguments], check=False, stdout=subprocess.DEVNULL)
        wall.append(time.perf_counter() - begun)
        now = os.times()
        cpu.append(now.children_user + now.children_system - used.children_user - used.children_system)
    return {"wall": median(wall), "cpu": median(cpu)}


def save_to_verdict(course: Course, slug: str, rounds: int, forks: bool, pause_s: float) -> list[float]:
    """Seconds from each save to its verdict; the first, cold one left out."""
    exercise = course.released[slug]
    heard: queue.Queue[str] = queue.Queue()
    stop = threading.Event()
    threading.Thread(target=saved_notebooks, args=(exercise.folder.parent, heard.put, stop), daemon=True).start()
    checker = Checker(forks)
    notebook = json.loads(exercise.notebook.read_text(encoding="utf-8"))
    times = []
    try:
        checker.check(exercise)
        for number in range(rounds):
            time.sleep(pause_s)
            notebook["metadata"]["round"] = number
            new = exercise.folder / "new"
            new.write_text(json.dumps(notebook), encoding="utf-8")
            begun = time.perf_counter()
            os.replace(new, exercise.notebook)
            heard.get(timeout=10)
            verdict = checker.check(exercise)
            times.append(time.perf_counter() - begun)
            assert not verdict.problem, verdict.problem
    finally:
        stop.set()
        checker.close()
    return times


def bare_cells(course: Course, slug: str) -> float:
    """Median seconds of the notebook's cells in a warm shell: code of the student's, whoever runs it."""
    cells = read_notebook(course.released[slug].notebook).cells
    times = []
    for _ in range(4):
        shell = make_shell()
        begun = time.perf_counter()
        run_cells(shell, cells)
        times.append(time.perf_counter() - begun)
    return median(times[1:])


def main() -> None:
    """Measure and print; with --out also as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--exercise", default="01_gates")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--solved", action="store_true", help="with the reference in place of the stub")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    here, slug = open_course(), options.exercise
    with tempfile.TemporaryDirectory() as folder:
        course = Course(Path(folder).resolve())
        shutil.copytree(here.released[slug].folder, course.root / "exercises" / slug)
        if options.solved:
            shutil.copy(here.exercises[slug].notebook, course.released[slug].notebook)
        place = str(course.released[slug].notebook)
        found: dict[str, object] = {"exercise": slug, "solved": options.solved, "load": os.getloadavg()[0]}
        found["bare_imports_s"] = cold(["-c", "import numpy, pytest"], options.rounds)
        found["cold_check_s"] = cold(["-m", "grader", "check", place], options.rounds)
        found["bare_cells_s"] = bare_cells(course, slug)
        for name, forks, pause_s in (("fork", True, 0.2), ("spare", False, 4.0)):
            times = save_to_verdict(course, slug, options.rounds, forks, pause_s)
            found[f"save_to_verdict_{name}_s"] = {"median": median(times), "worst": max(times)}
    found["load_after"] = os.getloadavg()[0]
    text = json.dumps(found, indent=1)
    print(text)
    if options.out:
        options.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
