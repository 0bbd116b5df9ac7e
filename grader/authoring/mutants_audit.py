"""Run the suites on every mutant of the references: killed, survived, equivalent; and killed on the right
question.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import as_completed
from dataclasses import dataclass

from grader.authoring.audit import defining_cells, judge_cells, lost
from grader.authoring.mutants import Mutant, equivalent, mutants_of
from grader.core.course import Course, Exercise
from grader.core.errors import GraderError
from grader.core.notebook import read_notebook
from grader.engine.batch import judge_state, judges

AMISS = ("survived", "elsewhere", "disputed")


@dataclass(frozen=True)
class Outcome:
    """What the suites said of one mutant: "killed", "elsewhere" (on another question only), "survived",
    "equivalent", "disputed" (it loses points, and `equivalent.toml` says that it is right).
    """

    slug: str
    mutant: str
    result: str
    visible: bool
    lost: tuple[str, ...] = ()


def mutation_audit(course: Course, slugs: list[str], jobs: int, done: Callable[[int], None]) -> list[Outcome]:
    """The outcome of every mutant; `done` is told the number in all, once for each.

    Raises:
        GraderError: no sandbox, or an `equivalent.toml` that names a mutant which does not exist.
    """
    exercises = [course.find(slug) for slug in slugs] or list(course.exercises.values())
    work = [(e, m, reason) for e in exercises for m, reason in _with_reasons(e)]
    work.sort(key=lambda item: item[0].limits.submission_cpu_s, reverse=True)  # what trains goes first
    outcomes = []
    with judges(course.root, jobs) as pool:
        for exercise, found in zip(exercises, pool.map(_unchanged, [e.slug for e in exercises]), strict=True):
            if found:
                raise GraderError(
                    f"{exercise.notebook}: its answers and definitions alone lose {found}, before any change; "
                    "keep imports and constants in cells without pictures"
                )
        for future in as_completed([pool.submit(_run, e.slug, m, reason) for e, m, reason in work]):
            outcomes.append(future.result())
            done(len(work))
    return sorted(outcomes, key=lambda outcome: (outcome.slug, outcome.mutant))


def _with_reasons(exercise: Exercise) -> list[tuple[Mutant, str]]:
    mutants = mutants_of(read_notebook(exercise.notebook).cells)
    reasons = equivalent(exercise.folder)
    stale = sorted(set(reasons) - {mutant.key for mutant in mutants})
    if stale:
        raise GraderError(
            f"{exercise.folder / 'equivalent.toml'}: no such mutant any more: {stale[0]}; remove it"
        )
    return [(mutant, reasons.get(mutant.key, "")) for mutant in mutants]


def _unchanged(slug: str) -> str:
    """What the cells that mutants are made of lose by themselves, or ""; it would make every mutant look
    killed.
    """
    cells = defining_cells(read_notebook(judge_state()[0].exercises[slug].notebook).cells)
    found = [
        lost(questions)
        for questions in judge_cells(slug, cells, [("hidden", frozenset()), ("visible", frozenset())])
    ]
    return ", ".join(sorted(set().union(*found)))


def _run(slug: str, mutant: Mutant, reason: str) -> Outcome:
    reference = read_notebook(judge_state()[0].exercises[slug].notebook).cells
    cells = tuple(
        (n, mutant.source if n == mutant.cell else source) for n, source in defining_cells(reference)
    )
    own = frozenset({mutant.name, mutant.name.partition(".")[0]} & _asked(slug))
    hidden, visible = map(lost, judge_cells(slug, cells, [("hidden", own), ("visible", own)]))
    if hidden:
        return Outcome(
            slug, mutant.key, "disputed" if reason else "killed", bool(visible), tuple(sorted(hidden))
        )
    elsewhere = lost(judge_cells(slug, cells, [("hidden", frozenset())])[0]) if own else set()
    result = "elsewhere" if elsewhere else "equivalent" if reason else "survived"
    return Outcome(slug, mutant.key, result, False, tuple(sorted(elsewhere)))


def _asked(slug: str) -> set[str]:
    return set(judge_state()[0].exercises[slug].question_names)
