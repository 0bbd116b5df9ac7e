"""What the harness costs: copies of a light notebook graded, beside the same cells and tests executed bare.

    python -m benchmarks.throughput --copies 10,100,1000 --jobs 1,2 --out benchmarks/results.json

Every measurement is a process of its own (`benchmarks.measure`), bare and graded in turns. A run of as many copies as
jobs gives what it takes to get started; what each further submission costs is the slope from there:

    harness CPU per submission = (CPU of N copies − CPU of `jobs` copies) / (N − jobs) − bare CPU per submission
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.memory import SAMPLE_S, watched
from grader.core.course import Course, Exercise, open_course
from grader.engine.submission import environment

BARE_COPIES = 200
THREADS = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "MKL", "OPENBLAS", "NUMEXPR", "VECLIB_MAXIMUM")}
Sample = dict[str, Any]


def light_cells(exercise: Exercise, with_checks: bool) -> list[str]:
    """The reference's set-up cell and the cells that define answers; the check cells too if asked; never a picture."""
    notebook = json.loads(exercise.notebook.read_text(encoding="utf-8"))
    sources = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return [
        source
        for index, source in enumerate(sources)
        if index == 0 or "### BEGIN SOLUTION" in source or (with_checks and "plt." not in source)
    ]


def write_copies(folder: Path, slug: str, cells: list[str], copies: int) -> None:
    """`folder/<student>/<slug>.ipynb`, each cell of each copy with a comment that no other has."""
    for number in range(copies):
        code: list[dict[str, Any]] = [
            {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": text}
            for text in (f"# copy {number}, cell {index}\n{cell}" for index, cell in enumerate(cells))
        ]
        home = folder / f"student-{number:05d}"
        home.mkdir(parents=True)
        notebook = {"cells": code, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        (home / f"{slug}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


def measure(mode: str, course: Course, slug: str, cells: list[str], copies: int, jobs: int, rung: str) -> Sample:
    """One measurement in a process of its own, with the memory of its tree watched."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        write_copies(Path(folder), slug, cells, copies)
        order = {"mode": mode, "course": str(course.root), "folder": folder, "slug": slug, "jobs": jobs, "rung": rung}
        command = [sys.executable, "-m", "benchmarks.measure", json.dumps(order)]
        answer, code, watch = watched(command, {**os.environ, **THREADS})
    if code:
        raise SystemExit(f"{mode}, {copies} copies, {jobs} jobs: exit code {code}")
    sample: Sample = json.loads(answer.splitlines()[-1])
    memory = {"peak_pss_mb": round(watch.peak_mb, 1), "peak_processes": watch.processes, "pss_guessed": watch.guessed}
    return {"mode": mode, "jobs": jobs, **sample, **memory}


def run(options: argparse.Namespace, course: Course, console: Console) -> list[Sample]:
    """All measurements, `rounds` times, a bare one before each of `copies` × `jobs`."""
    cells = light_cells(course.find(options.exercise), options.with_checks)
    samples: list[Sample] = []

    def take(mode: str, copies: int, jobs: int) -> None:
        sample = measure(mode, course, options.exercise, cells, copies, jobs, options.sandbox)
        samples.append(sample)
        console.print(
            f"[dim]{mode:7}{copies:5} copies, {jobs} jobs: {sample['cpu_s']:8.2f} s CPU, {sample['wall_s']:8.2f} s wall"
        )

    for _ in range(options.rounds):
        for jobs in options.jobs:
            take("graded", jobs, jobs)
            for copies in options.copies:
                take("bare", BARE_COPIES, 1)
                if copies > jobs:
                    take("graded", copies, jobs)
    return samples


def summarise(samples: list[Sample]) -> dict[str, Any]:
    """Medians over the rounds: bare, start-up, and one row for each of copies × jobs."""
    bare = [sample for sample in samples if sample["mode"] == "bare"]
    bare_cpu = median(s["cpu_s"] / s["copies"] for s in bare)
    runs: dict[tuple[int, int], list[Sample]] = {}
    for sample in samples:
        if sample["mode"] == "graded":
            runs.setdefault((sample["jobs"], sample["copies"]), []).append(sample)

    def middle(key: tuple[int, int], field: str) -> float:
        return float(median(sample[field] for sample in runs[key]))

    rows = []
    for jobs, copies in sorted(runs):
        if copies == jobs:
            continue
        key, base = (jobs, copies), (jobs, jobs)
        cpu = (middle(key, "cpu_s") - middle(base, "cpu_s")) / (copies - jobs)
        wall = (middle(key, "wall_s") - middle(base, "wall_s")) / (copies - jobs)
        rows.append(
            {
                "copies": copies,
                "jobs": jobs,
                "cpu_ms": 1e3 * cpu,
                "harness_cpu_ms": 1e3 * (cpu - bare_cpu),
                "wall_ms": 1e3 * wall,
                "steady_per_s": 1 / wall if wall > 0 else None,
                "whole_run_per_s": copies / middle(key, "wall_s"),
                "judges_start_cpu_s": middle(base, "cpu_s") - jobs * cpu,
                "judges_start_wall_s": middle(base, "wall_s") - wall,
                "server_start_cpu_s": middle(key, "server_cpu_s"),
                "server_start_wall_s": middle(key, "server_wall_s"),
                "peak_pss_mb": max(sample["peak_pss_mb"] for sample in runs[key]),
                "peak_processes": max(sample["peak_processes"] for sample in runs[key]),
            }
        )
    ratios = [
        {
            "copies": one["copies"],
            "jobs": two["jobs"],
            "steady": one["wall_ms"] / two["wall_ms"],
            "whole_run": two["whole_run_per_s"] / one["whole_run_per_s"],
        }
        for one in rows
        for two in rows
        if one["jobs"] == 1 and two["jobs"] > 1 and one["copies"] == two["copies"]
    ]
    walls = median(s["wall_s"] / s["copies"] for s in bare)
    spread = [1e3 * pick(s["cpu_s"] / s["copies"] for s in bare) for pick in (min, max)]
    return {
        "bare": {"cpu_ms": 1e3 * bare_cpu, "cpu_ms_range": spread, "wall_ms": 1e3 * walls, "runs": len(bare)},
        "graded": rows,
        "throughput_ratio_to_one_job": ratios,
    }


def show(summary: dict[str, Any], console: Console) -> None:
    """The table ("all": throughput with the judges' start), and below it what does not belong to one row."""
    table = Table(title="a submission's cost beside bare execution (start-up taken out)")
    for name in (
        "copies", "jobs", "CPU\nms", "bare\nCPU ms", "harness\nCPU ms", "wall\nms", "steady\n/s", "all\n/s",
        "start\nCPU s", "PSS\nMB",
    ):  # fmt: skip
        table.add_column(name, justify="right")
    for row in summary["graded"]:
        start = row["server_start_cpu_s"] + row["judges_start_cpu_s"]
        numbers = (row["cpu_ms"], summary["bare"]["cpu_ms"], row["harness_cpu_ms"], row["wall_ms"])
        cells = [f"{n:.1f}" for n in [*numbers, row["steady_per_s"] or 0.0, row["whole_run_per_s"]]]
        table.add_row(str(row["copies"]), str(row["jobs"]), *cells, f"{start:.1f}", f"{row['peak_pss_mb']:.0f}")
    console.print(table)
    low, high = summary["bare"]["cpu_ms_range"]
    console.print(f"bare: {low:.1f} to {high:.1f} ms CPU over {summary['bare']['runs']} runs between the graded ones")
    for ratio in summary["throughput_ratio_to_one_job"]:
        console.print(
            f"{ratio['copies']} copies, {ratio['jobs']} jobs / 1 job: throughput x {ratio['steady']:.2f} steady, "
            f"x {ratio['whole_run']:.2f} with start-up"
        )


def machine() -> dict[str, Any]:
    """What the figures depend on; no names, no places."""
    with open("/proc/meminfo", encoding="ascii") as stream:
        memory = int(stream.readline().split()[1]) // 1024
    cores = len(os.sched_getaffinity(0))
    facts = {"cores": cores, "memory_mb": memory, "system": platform.system(), "kernel": platform.release()}
    return {**facts, "machine": platform.machine(), "versions": environment()}


def numbers(text: str) -> list[int]:
    """`10,100` as numbers from 1 up, for argparse."""
    found = [int(part) for part in text.split(",")]
    if any(number < 1 for number in found):
        raise argparse.ArgumentTypeError("numbers from 1 up, separated by commas")
    return found


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.throughput", description=__doc__.split("\n")[0])
    parser.add_argument("--copies", type=numbers, default=[10, 100, 1000], help="default: 10,100,1000")
    parser.add_argument("--jobs", type=numbers, default=[1, 2], help="default: 1,2")
    parser.add_argument("--exercise", default="01_gates")
    parser.add_argument("--with-checks", action="store_true", help="keep the cells that print beside the answers")
    parser.add_argument("--rounds", type=int, default=1, help="repeat everything; medians are reported")
    parser.add_argument("--sandbox", default="auto", help="auto, bwrap, landlock or none")
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results.json"))
    options = parser.parse_args()
    console = Console(width=100)
    course = open_course()
    load, begun = os.getloadavg()[0], time.monotonic()
    samples = run(options, course, console)
    summary = summarise(samples)
    show(summary, console)
    settings = {name: getattr(options, name) for name in ("copies", "jobs", "exercise", "with_checks", "rounds")}
    settings["rung"] = next(sample["rung"] for sample in samples if "rung" in sample)
    facts: dict[str, Any] = {
        "load_before": load,
        "load_after": os.getloadavg()[0],
        "took_s": round(time.monotonic() - begun),
    }
    facts["memory"] = f"peak of the sum of PSS over the process tree, every {SAMPLE_S:g} s"
    result = {"machine": machine(), "settings": settings, **facts, **summary}
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps({**result, "samples": samples}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
