"""nbgrader, otter-grader and this grader side by side, interleaved, in one run.

    python -m benchmarks.peers [--light 300] [--peers 8] [--fit 6] [--fit-peers 3] [--rounds 3]

The peers' environments are made below --venvs and kept for the next run; everything else is removed. Writes
benchmarks/peers.json and docs/peers.md; `--page` only writes the page again.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks.memory import SAMPLE_S
from benchmarks.peers.assignments import Assignment, Copy, make_copies, read_assignment, without_torch
from benchmarks.peers.environments import PEERS, Environment, prepare
from benchmarks.peers.page import summarise, write_page
from benchmarks.peers.probes import given, probes
from benchmarks.peers.runs import PEER_RUNS, ROOT, Run, bare, ours
from benchmarks.throughput import machine
from grader.core.course import Course, open_course

LIGHT, FIT = "01_gates", "10_sine_mlp"
BARE = 100
VENVS = Path(tempfile.gettempdir()) / "gradbook-peers"
WARM = (  # a first gradient and a first optimiser import parts of torch
    "import torch\nmodel = torch.nn.Linear(1, 1)\nmodel(torch.ones(1, 1)).sum().backward()",
    "torch.optim.Adam(model.parameters()).step()",
)
Grade = Callable[[Path, Assignment, list[Copy], int], Run]
Sample = dict[str, Any]


class Measurement:
    """The assignments, the graders that could be had, and the samples so far; its folders are temporary."""

    def __init__(self, options: argparse.Namespace, course: Course, console: Console) -> None:
        self.options, self.console = options, console
        self.samples: list[Sample] = []
        self.not_run: dict[str, str] = {}
        self.environments: dict[str, Environment] = {}
        for peer in options.only:
            console.print(f"[dim]{PEERS[peer]}: its environment below {options.venvs}")
            try:
                self.environments[peer] = prepare(peer, options.venvs)
            except (OSError, subprocess.SubprocessError) as error:
                self.not_run[peer] = str(error)
                console.print(f"[yellow]{peer} is not run: {error}")
        home = options.venvs / "ours-home"
        home.mkdir(parents=True, exist_ok=True)
        self.graders: dict[str, Grade] = {"grader": lambda place, work, copies, jobs: ours(place, work, copies, jobs, home)}
        for peer, environment in self.environments.items():
            self.graders[peer] = self._with(peer, environment)
        exercise = course.find(LIGHT)
        self.light, self.fit = read_assignment(exercise), read_assignment(course.find(FIT))
        self.wrong = exercise.notebook.parent / "wrong"
        self.expected: dict[tuple[str, ...], float] = {}

    @staticmethod
    def _with(peer: str, environment: Environment) -> Grade:
        return lambda place, work, copies, jobs: PEER_RUNS[peer](place, work, copies, jobs, environment)

    def copies(self, work: Assignment, count: int) -> list[Copy]:
        return make_copies(work, self.wrong if work.slug == LIGHT else None, count)

    def bare(self, kind: str, work: Assignment, count: int) -> None:
        """Bare execution; its verdicts are what the graders' points are held against."""
        copies = self.copies(work, count)
        found = bare(work, copies, work.cells if work.slug == LIGHT else WARM)
        points = {test.name: test.points for test in work.tests}
        for copy, one in zip(copies, found, strict=True):
            self.expected[copy.cells] = sum(points[name] for name in one["passed"])
        cpu, wall = (sum(one[key] for one in found) for key in ("cpu_s", "wall_s"))
        self.keep(kind, "bare", 1, count, Run(cpu, wall, 0.0), 0)

    def take(self, kind: str, grader: str, work: Assignment, count: int, jobs: int) -> None:
        copies = self.copies(work, count)
        with tempfile.TemporaryDirectory(prefix="peers-") as place:
            run = self.graders[grader](Path(place), work, copies, jobs)
        wanted = [(copy, self.expected.get(copy.cells)) for copy in copies]
        wrong = [copy for copy, points in wanted if points is not None and not same(run.points.get(copy.student), points)]
        for copy in wrong:
            self.console.print(f"[yellow]{grader}, {copy.student} {copy.variant}: {run.points.get(copy.student)}")
        self.keep(kind, grader, jobs, count, run, len(wrong))

    def keep(self, kind: str, grader: str, jobs: int, count: int, run: Run, wrong: int) -> None:
        sample: Sample = {"kind": kind, "grader": grader, "at_once": jobs, "copies": count}
        sample |= {"cpu_s": run.cpu_s, "wall_s": run.wall_s, "peak_mb": round(run.peak_mb)}
        sample |= {"feedback_cpu_s": run.feedback_cpu_s, "feedback_wall_s": run.feedback_wall_s}
        sample |= {"other_points": wrong, "failed_commands": run.failed_commands, "load": os.getloadavg()[0]}
        self.samples.append({name: round(value, 4) if isinstance(value, float) else value for name, value in sample.items()})
        told = f"{kind:9}{grader:9} {jobs} at once, {count:4} copies: {run.cpu_s:8.2f} s CPU, {run.wall_s:8.2f} s wall"
        self.console.print(f"[dim]{told}, load {sample['load']:.1f}")

    def series(self, kind: str, work: Assignment, jobs: int, own: int, peers: int, bares: int) -> None:
        """Bare, then each grader: a run of one copy a job, which is its start, and a run of many."""
        self.bare(kind, work, bares)
        for grader in self.graders:
            if grader != "otter":  # every submission is a command of its own: there is no start to take out
                self.take(kind, grader, work, jobs, jobs)
            self.take(kind, grader, work, own if grader == "grader" else peers, jobs)

    def probe(self) -> dict[str, Any]:
        """What each grader gives for the awkward submissions."""
        found = {}
        wrong = next(copy for copy in self.copies(self.light, 4) if copy.variant)
        code = next(line.strip() for line in self.light.tests[1].source.splitlines() if "reference(" in line)
        for name, grade in self.graders.items():
            with tempfile.TemporaryDirectory(prefix="peers-") as place, tempfile.TemporaryDirectory() as outside:
                marker = Path(outside) / "marker"
                run = grade(Path(place), self.light, probes(self.light, wrong, marker), 1)
                found[name] = given(Path(place), run.points, marker, code)
        found["expected_of_patches"] = {"points": {"patches": self.expected.get(wrong.cells)}}
        return found

    def all(self, save: Callable[[dict[str, Any]], None]) -> None:
        """Every measurement, `rounds` times, after a run of each grader that is not counted; saved after every round."""
        options = self.options
        self.bare("light", self.light, max(BARE, options.light))
        self.bare("fit", self.fit, options.fit)
        found = self.probe()  # warms every grader up as well
        self.samples.clear()
        for number in range(options.rounds):
            self.console.print(f"round {number + 1} of {options.rounds}")
            begin = len(self.samples)
            for jobs in (1, 2):
                self.series("light", self.light, jobs, options.light, options.peers, BARE)
            for peer in self.environments:
                if peer != "otter":
                    self.take("no torch", peer, without_torch(self.light), 1, 1)
                self.take("no torch", peer, without_torch(self.light), max(2, options.peers // 2), 1)
            for jobs in (1, 2) if options.fit else ():
                self.series("fit", self.fit, jobs, options.fit, options.fit_peers, options.fit)
            for sample in self.samples[begin:]:
                sample["round"] = number
            save(found)


def same(one: float | None, other: float) -> bool:
    return one is not None and abs(one - other) < 1e-6


def save(measurement: Measurement, gave: dict[str, Any], load: float, begun: float) -> None:
    """The figures so far, with what they depend on, as JSON; no names and no places."""
    peers = {
        name: {"versions": one.versions, "packages": one.packages, "mb_without_torch": round(one.size_mb)}
        for name, one in measurement.environments.items()
    }
    options, samples = measurement.options, measurement.samples
    settings = {name: getattr(options, name) for name in ("light", "peers", "fit", "fit_peers")}
    settings["rounds"] = 1 + max(sample["round"] for sample in samples)
    here = {name: value for name, value in machine().items() if name != "kernel"}
    facts: dict[str, Any] = {"date": date.today().isoformat(), "machine": here, "settings": settings, "peers": peers}
    facts |= {"not_run": measurement.not_run, "memory": f"peak of the sum of PSS over the tree, every {SAMPLE_S:g} s"}
    facts |= {"load_before": load, "load_after": os.getloadavg()[0], "took_s": round(time.monotonic() - begun)}
    facts |= {"given": gave, "summary": summarise(samples), "samples": samples}
    options.out.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


def names(text: str) -> list[str]:
    """Peers separated by commas, for argparse."""
    found = [part for part in text.split(",") if part]
    if unknown := set(found) - set(PEERS):
        raise argparse.ArgumentTypeError(f"{', '.join(sorted(unknown))}: not one of {', '.join(PEERS)}")
    return found


def main() -> None:
    """Measure, write the figures and the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--light", type=int, default=300, help="light submissions of this grader (default: 300)")
    parser.add_argument("--peers", type=int, default=8, help="light submissions of each peer (default: 8)")
    parser.add_argument("--fit", type=int, default=6, help="submissions with training of this grader; 0: none (default: 6)")
    parser.add_argument("--fit-peers", type=int, default=4, help="submissions with training of each peer (default: 4)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", type=names, default=list(PEERS), help="nbgrader,otter; empty: only ours")
    parser.add_argument("--venvs", type=Path, default=VENVS, help="their environments")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "peers.json")
    parser.add_argument("--docs", type=Path, default=ROOT / "docs" / "peers.md")
    parser.add_argument("--page", action="store_true", help="only write the page from the figures")
    parser.add_argument("--clean", action="store_true", help="remove the environments afterwards")
    options = parser.parse_args()
    if not options.page:
        begun, load = time.monotonic(), os.getloadavg()[0]
        options.venvs = options.venvs.resolve()
        measurement = Measurement(options, open_course(ROOT), Console(width=110))
        measurement.all(lambda given: save(measurement, given, load, begun))
        if options.clean:
            shutil.rmtree(options.venvs)
    figures = json.loads(options.out.read_text(encoding="utf-8"))
    write_page({**figures, "summary": summarise(figures["samples"])}, options.docs)


if __name__ == "__main__":
    main()
