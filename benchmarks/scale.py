"""Many notebooks in one batch: does time stay linear and memory flat, and are gradebook and pages still fast at the end?

    python -m benchmarks.scale --copies 10000 --jobs 2 --out benchmarks/scale.json

The batch is cut into tenths as they are finished: CPU of the whole tree is read at each tenth, and the proportional set size
of every process some times in it. Then the same command runs again with nothing to do.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import resource
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.measure import descendants, tree_cpu
from benchmarks.memory import MemoryWatch
from benchmarks.throughput import light_cells, write_copies
from grader.core.course import open_course
from grader.engine.judges import LocalBackend
from grader.exchange.intake.take_in import take_in
from grader.pages.write_results import write_results
from grader.sandbox.forkserver import ForkServer
from grader.term.gradebook import open_gradebook
from grader.term.run import grade_class
from grader.term.standings import class_grades

SLUG = "01_gates"
PARTS, SAMPLES = 10, 20


@dataclass(frozen=True)
class Tenth:
    """What a tenth of the batch took, and how large the tree was: the least of some samples.

    What is forked for a submission comes and goes, so a single sample says how many of these there are just then.
    """

    done: int
    cpu_s: float
    wall_s: float
    tree_mb: float
    parent_mb: float


@dataclass(frozen=True)
class Scale:
    """A batch: its tenths, and what came after."""

    copies: int
    jobs: int
    tenths: list[Tenth]
    take_in_s: float
    pages_s: float
    no_op_s: float
    gradebook_mb: float
    peak_parent_mb: float


def measure(copies: int, jobs: int, folder: Path) -> Scale:
    """Grade so many light copies of the reference, then do it again."""
    course = open_course()
    cells = light_cells(course.exercises[SLUG], False)
    write_copies(folder / "in", SLUG, cells, copies)
    out = folder / "out"
    watch = MemoryWatch(os.getpid())
    begun = time.monotonic()
    handed = take_in(folder / "in", course, out / "received").handed
    took = time.monotonic() - begun
    tenths: list[Tenth] = []
    sizes: list[list[float]] = []
    last = [0.0, 0.0]
    part = copies // PARTS

    def progress(done: int, total: int) -> None:
        if done and done % (part // SAMPLES) == 0:
            sizes.append([watch.resident_kb(pid) / 1024 for pid in [os.getpid(), *descendants(os.getpid())]])
        if done and done % part == 0:
            now = [tree_cpu(), time.monotonic()]
            least = min(sizes, key=sum)
            tenths.append(Tenth(done, now[0] - last[0], now[1] - last[1], sum(least), least[0]))
            last[:] = now
            sizes.clear()

    with ForkServer() as server, open_gradebook(out.with_suffix(".sqlite")) as book:
        last[:] = [tree_cpu(), time.monotonic()]
        kept_open = contextlib.nullcontext(LocalBackend(server, jobs))
        grade_class(handed, course, lambda: kept_open, book, False, progress)
        before = time.monotonic()
        write_results(class_grades(book, course), course, out, jobs=jobs)
        results = time.monotonic() - before
        before = time.monotonic()
        again = take_in(folder / "in", course, out / "received").handed
        batch = grade_class(again, course, lambda: kept_open, book, False, lambda done, total: None)
        assert batch.kept == copies, f"{copies - batch.kept} of {copies} would be judged again"
        write_results(class_grades(book, course), course, out, jobs=jobs)
        no_op = time.monotonic() - before
    size = sum(path.stat().st_size for path in folder.glob("out.sqlite*")) / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Scale(copies, jobs, tenths, took, results, no_op, size, peak)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--copies", type=int, default=2000)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    if options.copies < PARTS * SAMPLES:
        parser.error(f"--copies {options.copies}: at least {PARTS * SAMPLES}, for {SAMPLES} samples in each tenth")
    with tempfile.TemporaryDirectory(prefix="gradbook-scale-") as folder:
        found = measure(options.copies, options.jobs, Path(folder))
    print(f"{found.copies} notebooks, {found.jobs} jobs")
    for tenth in found.tenths:
        each = found.copies / PARTS
        each_ms = f"{1000 * tenth.cpu_s / each:6.1f} ms CPU, {1000 * tenth.wall_s / each:6.1f} ms wall a notebook"
        print(f"  {tenth.done:6}: {each_ms}, tree {tenth.tree_mb:5.0f} MB, parent {tenth.parent_mb:5.0f} MB")
    print(f"  take-in {found.take_in_s:.1f} s, pages {found.pages_s:.1f} s, again {found.no_op_s:.1f} s")
    print(f"  gradebook {found.gradebook_mb:.0f} MB; parent's peak {found.peak_parent_mb:.0f} MB")
    if options.out:
        about = {"cores": os.cpu_count(), "python": platform.python_version(), "date": time.strftime("%Y-%m-%d")}
        options.out.write_text(json.dumps({**about, **asdict(found)}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
