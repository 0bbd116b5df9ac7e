"""Figures of all rounds brought together, and `docs/peers.md` written from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from statistics import median
from string import Template
from typing import Any

TEMPLATE = Path(__file__).with_name("page.md")
NAMES = {"grader": "grader", "nbgrader": "nbgrader", "otter": "otter-grader", "bare": "bare, forked"}
CLASS = 300
YES = {True: "yes", False: "no"}
CPU = ("cpu_s", "feedback_cpu_s")
Figures = dict[str, Any]


def one_round(samples: list[Figures]) -> Figures:
    """Per submission, of one grader in one round.

    CPU has the start-up taken out where there is a run of only one copy a job; wall time is that of the larger run, start
    included, because the difference of two short runs is mostly noise on a machine with other work.
    """
    big = max(samples, key=lambda sample: int(sample["copies"]))
    small = min(samples, key=lambda sample: int(sample["copies"]))
    wall = (big["wall_s"] + big["feedback_wall_s"]) / big["copies"]
    if small is big:
        each = {key: big[key] / big["copies"] for key in CPU}
        start = 0.0
    else:
        each = {key: (big[key] - small[key]) / (big["copies"] - small["copies"]) for key in CPU}
        start = sum(small[key] - each[key] * small["copies"] for key in CPU)
    return {**each, "wall_s": wall, "start_cpu_s": start, "peak_mb": max(sample["peak_mb"] for sample in samples)}


@dataclass(frozen=True)
class Grader:
    """One grader on one assignment: the figures of every round."""

    rounds: dict[int, Figures]

    def figure(self, of: Callable[[Figures], float]) -> list[float]:
        """A figure's median, least and most of any round."""
        return [round(value, 5) for value in three([of(one) for one in self.rounds.values()])]

    def to(self, other: Grader, of: Callable[[Figures], float]) -> list[float]:
        """The same of a figure divided by another grader's of the same round."""
        found = [of(one) / of(other.rounds[number]) for number, one in self.rounds.items() if number in other.rounds]
        return [round(value, 4) for value in three(found)]


def three(values: list[float]) -> tuple[float, float, float]:
    return median(values), min(values), max(values)


def class_cpu(one: Figures) -> float:
    """CPU seconds of a whole class with the start-up, from the figures of one round."""
    return float(one["start_cpu_s"] + CLASS * (one["cpu_s"] + one["feedback_cpu_s"]))


def each_cpu(one: Figures) -> float:
    """CPU seconds of one more submission, its feedback page included."""
    return float(one["cpu_s"] + one["feedback_cpu_s"])


def summarise(samples: list[Figures]) -> list[Figures]:
    """One row for each assignment, number at once and grader; every figure is [median, least round, most round].

    `ratio_…` are to this grader's figures, with the feedback pages where they are a command of their own; `to_bare` is this
    grader's CPU to that of bare execution.
    """
    grouped: dict[tuple[str, int, str], dict[int, list[Figures]]] = {}
    for sample in samples:
        key = (sample["kind"], sample["at_once"], sample["grader"])
        grouped.setdefault(key, {}).setdefault(sample["round"], []).append(sample)
    graders = {key: Grader({number: one_round(found) for number, found in each.items()}) for key, each in grouped.items()}
    rows = []
    for (kind, jobs, name), one in graders.items():
        row: Figures = {"kind": kind, "at_once": jobs, "grader": name}
        row |= {key: one.figure(itemgetter(key)) for key in (*CPU, "wall_s", "start_cpu_s", "peak_mb")}
        own, bare = graders.get(("light" if kind == "no torch" else kind, jobs, "grader")), graders.get((kind, 1, "bare"))
        if name not in ("grader", "bare") and own:
            row["ratio_cpu"] = one.to(own, each_cpu)
            row["ratio_cpu_without_feedback"] = one.to(own, itemgetter("cpu_s"))
            row["ratio_class_cpu"] = one.to(own, class_cpu)
            row["ratio_wall"] = one.to(own, itemgetter("wall_s"))
        if name == "grader" and bare:
            row["to_bare"] = one.to(bare, each_cpu)
        rows.append(row)
    return rows


def spread(values: list[float], form: str) -> str:
    """`3.1 (2.9 to 3.4)`, or one number where the three are the same in print."""
    middle, low, high = (format(value, form) for value in values)
    return middle if low == high else f"{middle} ({low} to {high})"


def table(head: list[str], rows: list[list[str]]) -> str:
    marks = ["---" if number == 0 else "---:" for number in range(len(head))]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, marks, *rows])


def costs(rows: list[Figures], kind: str) -> str:
    """CPU, wall and memory of one assignment."""
    found = []
    for row in rows:
        if row["kind"] != kind or (row["grader"] == "bare" and row["at_once"] > 1):
            continue
        feedback = spread(row["feedback_cpu_s"], ".2f") if row["feedback_cpu_s"][2] else ""
        start = f"{row['start_cpu_s'][0]:.1f}" if row["start_cpu_s"][2] else ""
        memory = f"{row['peak_mb'][2]:.0f}" if row["peak_mb"][2] else ""
        wall = spread(row["wall_s"], ".2f")
        cpu = spread(row["cpu_s"], ".3f" if row["cpu_s"][0] < 1 else ".2f")
        found.append([NAMES[row["grader"]], str(row["at_once"]), cpu, feedback, start, wall, memory])
    return table(["", "at once", "CPU s", "feedback CPU s", "start CPU s", "wall s", "peak MB"], found)


def ratios(rows: list[Figures]) -> str:
    """How many submissions this grader judges in the time of one of a peer's."""
    words = {"light": "light", "no torch": "light, peers' tests without torch", "fit": "with training"}
    found = [
        [
            f"{words[row['kind']]}: {NAMES[row['grader']]}", str(row["at_once"]), spread(row["ratio_cpu"], ".1f"),
            f"{row['ratio_cpu_without_feedback'][0]:.1f}", f"{row['ratio_class_cpu'][0]:.1f}",
            spread(row["ratio_wall"], ".1f"),
        ]
        for row in rows if "ratio_cpu" in row
    ]  # fmt: skip
    return table(["", "at once", "CPU", "without feedback pages", f"CPU, {CLASS} with start-up", "wall"], found)


def gave(figures: Figures) -> str:
    """What the awkward submissions got, and what comes back for one submission."""

    def points(grader: str, probe: str) -> str:
        got = found[grader]["points"].get(probe)
        return "no result" if got is None else f"{got:g}"

    found = figures["given"]
    graders = [name for name in NAMES if name in found]
    other: dict[str, int] = {}
    judged: dict[str, int] = {}
    for sample in figures["samples"]:
        if sample["grader"] != "bare":
            other[sample["grader"]] = other.get(sample["grader"], 0) + sample["other_points"]
            judged[sample["grader"]] = judged.get(sample["grader"], 0) + sample["copies"]
    due = found["expected_of_patches"]["points"]["patches"]
    rows = [
        ["points that differ from bare execution's", *(f"{other[name]} of {judged[name]}" for name in graders)],
        ["reference", *(points(name, "reference") for name in graders)],
        ["reference, one answer of it emits a warning", *(points(name, "warns") for name in graders)],
        ["reference, one cell that is no answer raises", *(points(name, "raises") for name in graders)],
        [f"wrong answer worth {due:g}, `np.allclose` replaced", *(points(name, "patches") for name in graders)],
        ["a file outside the graded folders could be written", *(YES[found[name]["wrote_outside"]] for name in graders)],
        ["HTML for the student, kB", *(str(found[name]["page_kb"] or "none") for name in graders)],
        ["that page has the hidden tests' code in it", *page_tells(found, graders)],
        ["result of one submission as JSON", *(YES[found[name]["result_file"]] for name in graders)],
    ]  # fmt: skip
    return table(["", *(NAMES[name] for name in graders)], rows)


def page_tells(found: Figures, graders: list[str]) -> list[str]:
    return [YES[found[name]["page_shows_hidden_tests"]] if found[name]["page_kb"] else "" for name in graders]


def write_page(figures: Figures, path: Path) -> None:
    """`docs/peers.md` from the template and the figures."""
    machine, settings = figures["machine"], figures["settings"]
    rows = figures["summary"]
    versions = "; ".join(", ".join(f"{n} {v}" for n, v in one["versions"].items()) for one in figures["peers"].values())
    loads = [sample["load"] for sample in figures["samples"]]
    load = f"{min(loads):.1f} to {max(loads):.1f}"
    own = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    missing = "".join(f"\n\n{NAMES[peer]} was not run: {reason}" for peer, reason in figures["not_run"].items())
    to_bare = {row["kind"]: row["to_bare"] for row in rows if "to_bare" in row and row["at_once"] == 1}
    installed = "; ".join(
        f"{NAMES[peer]} {one['packages']} packages, {one['mb_without_torch']} MB without torch"
        for peer, one in figures["peers"].items()
    )
    text = Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        date=figures["date"], cores=machine["cores"], memory=round(machine["memory_mb"] / 1024),
        python=machine["versions"]["python"], own=own, versions=versions, missing=missing, installed=installed,
        light_table=costs(rows, "light"), plain_table=costs(rows, "no torch"), fit_table=costs(rows, "fit"),
        ratios=ratios(rows), gave=gave(figures), load=load,
        to_bare=spread(to_bare["fit"], ".2f") if "fit" in to_bare else "not measured",
        light_to_bare=spread(to_bare["light"], ".1f") if "light" in to_bare else "not measured", **settings,
    )  # fmt: skip
    path.write_text(text, encoding="utf-8")
