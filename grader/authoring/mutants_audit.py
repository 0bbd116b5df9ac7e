"""Run the suites on every mutant of the references, and tell in Markdown which of them they notice."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from grader.authoring.audit import lost, markdown_table
from grader.authoring.cases import ALL, chosen, defining_cells
from grader.authoring.mutants import Mutant, equivalent, mutants_of
from grader.core.course import Course, Exercise
from grader.core.errors import GraderError
from grader.core.notebook import read_notebook
from grader.engine.judges import in_judges
from grader.engine.submission import Judge

RESULTS = ("killed", "elsewhere", "survived", "equivalent", "disputed")
AMISS = ("survived", "elsewhere", "disputed")
HEAD = ("exercise", "mutants", *RESULTS, "killed by the visible suite")
PAGE = """# What the hidden suites notice

`grader audit --mutants --report docs/mutation.md` makes this page. It changes the answers of each reference
solution in one place at a time, as a mistake might, and runs the suites on every such program (a *mutant*).

- *killed*: the hidden suite takes points from the question that was changed.
- *elsewhere*: it takes points, but only from another question.
- *survived*: no test noticed it. A hidden suite must let none survive.
- *equivalent*: it earns full marks, as it should; the reason stands in `solutions/<slug>/equivalent.toml`.
- *disputed*: it loses points, although that file says that it is right. There must be none.

The visible suites are examples for students and need not notice everything; their share is of the mutants
that are wrong.

{table}
## By kind of change

{kinds}"""


@dataclass(frozen=True)
class MutantOutcome:
    """What the suites said of one mutant; `result` is one of `RESULTS`, which `PAGE` explains."""

    slug: str
    mutant: str
    result: str
    visible: bool
    lost: tuple[str, ...] = ()

    @property
    def complaint(self) -> str:
        """What is wrong about it in a line to print, "" if it is as it should be."""
        lost = f" (lost only {', '.join(self.lost)})" if self.lost else ""
        return f"{self.result}: {self.slug}: {self.mutant}{lost}" if self.result in AMISS else ""


def mutation_audit(
    course: Course, slugs: Sequence[str], jobs: int | None, done: Callable[[int], None]
) -> list[MutantOutcome]:
    """The outcome of every mutant; `done` is told how many programs there are, once for each.

    Raises:
        GraderError: no sandbox, an `equivalent.toml` that names a mutant which does not exist, or a
            reference that loses points before any change.
    """
    exercises = chosen(course, slugs)
    references: list[_Program] = [(exercise.slug, None, "") for exercise in exercises]
    programs = references + [
        (exercise.slug, mutant, reason)
        for exercise in exercises
        for mutant, reason in _with_reasons(exercise)
    ]
    outcomes = []
    for outcome in in_judges(_run, programs, course, jobs):
        done(len(programs))
        if outcome is not None:
            outcomes.append(outcome)
    return sorted(outcomes, key=lambda outcome: (outcome.slug, outcome.mutant))


_Program = tuple[str, Mutant | None, str]  # slug, None for the reference, why the mutant is right or ""


def _with_reasons(exercise: Exercise) -> list[tuple[Mutant, str]]:
    mutants = mutants_of(read_notebook(exercise.notebook).cells)
    reasons = equivalent(exercise.folder)
    stale = sorted(set(reasons) - {mutant.key for mutant in mutants})
    if stale:
        raise GraderError(
            f"{exercise.folder / 'equivalent.toml'}: no such mutant any more: {stale[0]}; remove it"
        )
    return [(mutant, reasons.get(mutant.key, "")) for mutant in mutants]


def _run(judge: Judge, program: _Program) -> MutantOutcome | None:
    slug, mutant, reason = program
    exercise = judge.exercises[slug]
    reference = defining_cells(read_notebook(exercise.notebook).cells)
    if mutant is None:  # one that loses points by itself would make every mutant look killed
        results = judge.judge_cells(slug, reference, [("hidden", ALL), ("visible", ALL)])
        if missing := set().union(*map(lost, results)):
            raise GraderError(
                f"{exercise.notebook}: its answers and definitions alone lose {', '.join(sorted(missing))}, "
                "before any change; keep imports and constants in cells without pictures"
            )
        return None
    cells = tuple((n, mutant.source if n == mutant.cell else source) for n, source in reference)
    own = frozenset({mutant.name, mutant.name.partition(".")[0]}.intersection(exercise.question_names))
    hidden, visible = map(lost, judge.judge_cells(slug, cells, [("hidden", own), ("visible", own)]))
    if hidden:
        result = "disputed" if reason else "killed"
        return MutantOutcome(slug, mutant.key, result, bool(visible), tuple(sorted(hidden)))
    elsewhere = lost(judge.judge_cells(slug, cells, [("hidden", ALL)])[0]) if own else set()
    result = "elsewhere" if elsewhere else "equivalent" if reason else "survived"
    return MutantOutcome(slug, mutant.key, result, False, tuple(sorted(elsewhere)))


def tally_table(outcomes: Sequence[MutantOutcome]) -> str:
    """The figures by exercise and in all; the visible suite's share is of the mutants that are wrong."""
    slugs = sorted({outcome.slug for outcome in outcomes})
    rows = [_row(f"`{slug}`", [o for o in outcomes if o.slug == slug]) for slug in slugs]
    return markdown_table(HEAD, [*rows, _row("all", outcomes)] if len(rows) > 1 else rows, "---:")


def mutation_report(outcomes: Sequence[MutantOutcome]) -> str:
    """The page `docs/mutation.md`."""
    kinds: dict[str, Counter[str]] = {}
    for outcome in outcomes:
        kinds.setdefault(_kind(outcome.mutant), Counter())[outcome.result] += 1
    rows = [
        [kind, counts.total(), counts["killed"], counts["equivalent"]]
        for kind, counts in sorted(kinds.items())
    ]
    by_kind = markdown_table(("change", "mutants", "killed", "equivalent"), rows, "---:")
    return PAGE.format(table=tally_table(outcomes), kinds=by_kind)


def _row(name: str, outcomes: Sequence[MutantOutcome]) -> list[object]:
    counts = Counter(outcome.result for outcome in outcomes)
    seen, wrong = sum(outcome.visible for outcome in outcomes), len(outcomes) - counts["equivalent"]
    share = f"{seen} ({100 * seen / max(wrong, 1):.0f} %)"
    return [name, len(outcomes), *(counts[result] for result in RESULTS), share]


def _kind(mutant: str) -> str:
    change = re.sub(r" \(\d+\)$", "", mutant.rpartition(": ")[2])
    if re.fullmatch(r"\S+\d\S* → \S+|\d+ → \S+", change):
        return "a constant changed"
    return "mask from another array" if change.startswith("mask from ") else change
