"""The mutation audit as Markdown: figures by exercise and by kind of change."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Protocol

RESULTS = ("killed", "elsewhere", "survived", "equivalent", "disputed")
HEAD = ("exercise", "mutants", *RESULTS, "killed by the visible suite")


class Outcome(Protocol):
    """What is shown of a mutant; see `grader.authoring.mutants_audit.Outcome`."""

    @property
    def slug(self) -> str: ...
    @property
    def mutant(self) -> str: ...
    @property
    def result(self) -> str: ...
    @property
    def visible(self) -> bool: ...


def tally_table(outcomes: Sequence[Outcome]) -> str:
    """The figures by exercise and in all; the visible suite's share is of the mutants that are wrong."""
    slugs = sorted({outcome.slug for outcome in outcomes})
    rows = [_row(f"`{slug}`", [o for o in outcomes if o.slug == slug]) for slug in slugs]
    return _table(HEAD, [*rows, _row("all", outcomes)] if len(rows) > 1 else rows)


def mutation_report(outcomes: Sequence[Outcome]) -> str:
    """The page `docs/mutation.md`."""
    kinds: dict[str, Counter[str]] = {}
    for outcome in outcomes:
        kinds.setdefault(_kind(outcome.mutant), Counter())[outcome.result] += 1
    rows = [
        [kind, counts.total(), counts["killed"], counts["equivalent"]]
        for kind, counts in sorted(kinds.items())
    ]
    return PAGE.format(
        table=tally_table(outcomes), kinds=_table(("change", "mutants", "killed", "equivalent"), rows)
    )


def _row(name: str, outcomes: Sequence[Outcome]) -> list[object]:
    counts = Counter(outcome.result for outcome in outcomes)
    seen, wrong = sum(outcome.visible for outcome in outcomes), len(outcomes) - counts["equivalent"]
    return [
        name,
        len(outcomes),
        *(counts[result] for result in RESULTS),
        f"{seen} ({100 * seen / max(wrong, 1):.0f} %)",
    ]


def _kind(mutant: str) -> str:
    change = re.sub(r" \(\d+\)$", "", mutant.rpartition(": ")[2])
    if re.fullmatch(r"\S+\d\S* → \S+|\d+ → \S+", change):
        return "a constant changed"
    return "mask from another array" if change.startswith("mask from ") else change


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [" | ".join(head), " | ".join(["---", *["---:"] * (len(head) - 1)])]
    lines += [" | ".join(map(str, row)) for row in rows]
    return "".join(f"| {line} |\n" for line in lines)


PAGE = """# What the hidden suites notice

`grader audit --mutants --report docs/mutation.md` makes this page. It takes each reference solution apart, changes its
answers in one place at a time, as a mistake might, and runs the suites on every program that comes out (a *mutant*).

- *killed*: the hidden suite takes points from the question that was changed.
- *elsewhere*: it takes points, but only from another question.
- *survived*: nobody noticed. A hidden suite must let none survive.
- *equivalent*: it earns full marks, as it should; the reason stands in `solutions/<slug>/equivalent.toml`.
- *disputed*: it loses points, although that file says that it is right. There must be none.

The visible suites are examples for students and need not notice everything; their share is of the mutants that are
wrong.

{table}
## By kind of change

{kinds}"""
