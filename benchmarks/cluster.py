"""What Dask costs: the same light notebooks graded by local jobs and by as many workers of a local Dask cluster, in turns.

    python -m benchmarks.cluster --copies 300 --workers 2 --rounds 4

Each is opened by itself, since a judge has a core of its own, and judges a few notebooks, the same few, and all of them:
what is compared is the difference of the last two, a notebook, so that no start-up is in it; the gradebook is. The ratio is
the wall time of the local jobs over that of the cluster, the median over pairs of runs that follow each other; 1 is no
cost. CPU time of all processes stands beside it: a busy machine disturbs it less.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.measure import SETTLE_S, tree_cpu, with_full_marks
from benchmarks.throughput import light_cells, write_copies
from grader.core.course import Course, open_course
from grader.engine.cluster import open_cluster
from grader.engine.judges import Backend, open_local
from grader.exchange.intake.handed_in import Handed
from grader.exchange.intake.take_in import take_in
from grader.term.gradebook import open_gradebook
from grader.term.run import grade_class

GOAL = 0.85


def seconds(handed: Sequence[Handed], course: Course, backend: Backend) -> tuple[float, float]:
    """Wall and CPU time of one class, graded into a new folder.

    Raises:
        GraderError: somebody has no full marks, so this is not the run that it claims to be.
    """
    kept_open = contextlib.nullcontext(backend)
    with tempfile.TemporaryDirectory(prefix="bench-") as out, open_gradebook(Path(out) / "gradebook.sqlite") as book:
        cpu, begun = tree_cpu(), time.monotonic()
        grade_class(handed, course, lambda: kept_open, book, True, lambda done, total: None)
        taken = time.monotonic() - begun
        time.sleep(SETTLE_S)  # the last supervisors are still being reaped
        cpu = tree_cpu() - cpu
        with_full_marks(Path(out) / "gradebook.sqlite", len(handed))
    return taken, cpu


def compare(course: Course, slug: str, copies: int, workers: int, rounds: int) -> dict[str, Any]:
    """Seconds a copy of each round on each side, and the ratios."""
    sides: dict[str, list[tuple[float, float]]] = {"local": [], "cluster": []}
    opening: dict[str, list[float]] = {"local": [], "cluster": []}
    few = 4 * workers
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        write_copies(Path(folder), slug, light_cells(course.find(slug), with_checks=False), copies)
        handed = take_in(Path(folder), course, Path(folder), slugs=[slug]).handed
        for number in range(2 * rounds):  # first the one first, then the other: the machine may be getting slower
            name = ("local", "cluster", "cluster", "local")[number % 4]
            begun = time.monotonic()
            local = open_local(jobs=workers)
            with local if name == "local" else open_cluster("local", course, [slug], workers) as backend:
                opening[name].append(time.monotonic() - begun)
                seconds(handed[:few], course, backend)
                start = seconds(handed[:few], course, backend)
                whole = seconds(handed, course, backend)
            wall, cpu = ((one - other) / (copies - few) for one, other in zip(whole, start, strict=True))
            sides[name].append((wall, cpu))
    pairs = list(zip(sides["local"], sides["cluster"], strict=True))
    return {
        "copies": copies,
        "workers": workers,
        "opening_s": {name: median(times) for name, times in opening.items()},
        "wall_ms": {name: [1000 * wall for wall, _ in runs] for name, runs in sides.items()},
        "cpu_ms": {name: [1000 * cpu for _, cpu in runs] for name, runs in sides.items()},
        "cpu_ratio": median(local[1] / cluster[1] for local, cluster in pairs),
        "ratio": median(local[0] / cluster[0] for local, cluster in pairs),
        "goal": GOAL,
    }


def main() -> None:
    """Measure, print JSON; exit code 1 below the goal."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--exercise", default="01_gates")
    parser.add_argument("--copies", type=int, default=300)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=4, help="an even number: half of them begin with the cluster")
    options = parser.parse_args()
    found = compare(open_course(), options.exercise, options.copies, options.workers, options.rounds)
    print(json.dumps(found, indent=1))
    raise SystemExit(found["ratio"] < GOAL)


if __name__ == "__main__":
    main()
