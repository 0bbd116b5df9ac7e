"""A verdict must not depend on the draw: every variant is judged many times, each with another seed."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from msgspec import structs

from grader.authoring.audit import markdown_table, verdict
from grader.authoring.cases import ALL, Case, cases_of, chosen
from grader.core.course import SETTINGS, Course, Exercise
from grader.core.errors import OurFailure
from grader.core.report import QuestionResult, Status
from grader.engine.forbidden import without_forbidden
from grader.engine.judges import in_judges
from grader.engine.sandboxed import SandboxedNotebook
from grader.engine.submission import Judge
from grader.suite.remote_student import Student

LONGEST_S = 86_400.0
HEAD = ("exercise", "cases", "seeds", "verdicts that changed", "tests", "that no wrong variant fails")


@dataclass
class Constancy:
    """What the hidden suite said of one case, over all seeds.

    Attributes:
        tests: test → how often it came out as this status.
        problems: a verdict that is not what the case must give → how often it came.
    """

    slug: str
    case: str
    seeds: int
    tests: dict[str, Counter[Status]] = field(default_factory=lambda: defaultdict(Counter))
    problems: Counter[str] = field(default_factory=Counter)

    @property
    def unsteady(self) -> list[str]:
        """The tests that pass with some seeds and not with others."""
        return [name for name, counts in self.tests.items() if 0 < counts[Status.PASSED] < self.seeds]

    @property
    def complaint(self) -> str:
        """What is wrong in a line to print, "" if every seed gave the verdict that it must."""
        parts = [f"{problem} ({n} of {self.seeds})" for problem, n in self.problems.most_common(2)]
        passed = {name: self.tests[name][Status.PASSED] for name in self.unsteady}
        parts += [f"{name} passes {count} of {self.seeds}" for name, count in passed.items()]
        return f"✗ {self.slug}: {self.case}: {'; '.join(parts)}" if parts else ""


def seeds_audit(
    course: Course, slugs: Sequence[str], seeds: int, jobs: int | None, done: Callable[[int], None]
) -> list[Constancy]:
    """What came of every case; `done` is told the number of cases, once for each.

    The cells of a case run once, and its tests once for each seed.

    Raises:
        GraderError: no sandbox, or a suite that cannot be collected.
    """
    cases = [(case, seeds) for exercise in chosen(course, slugs) for case in cases_of(exercise)]
    results = []
    for result in constancies(course, cases, jobs):
        results.append(result)
        done(len(cases))
    return sorted(results, key=lambda result: (result.slug, result.case))


def constancies(
    course: Course, cases: Sequence[tuple[Case, int]], jobs: int | None = None
) -> Iterator[Constancy]:
    """What came of these cases, each over its number of seeds, as they are done.

    Raises:
        GraderError: no sandbox, or a suite that cannot be collected.
    """
    return in_judges(_run, cases, course, jobs)


def proof_key(exercise: Exercise, case: Case) -> str:
    """What a proof rests on: the cells and what they must lose, the suite and all that stands beside it."""
    files = {name: path.read_bytes().hex() for name, path in exercise.judging_files().items()}
    del files[SETTINGS]
    loses = None if case.loses is None else sorted(case.loses)
    parts = [case.cells, loses, files, exercise.judging_settings()]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def toothless(results: Iterable[Constancy]) -> list[str]:
    """The tests that no wrong variant fails with every seed, as `slug: test`."""
    tests: dict[str, bool] = {}
    for result in results:
        wrong = result.case.startswith("wrong/")
        for name, counts in result.tests.items():
            key = f"{result.slug}: {name}"
            tests[key] = tests.get(key, False) or (wrong and not counts[Status.PASSED])
    return [name for name, caught in tests.items() if not caught]


def seeds_tally(results: Sequence[Constancy]) -> str:
    """The figures by exercise."""
    rows = []
    for slug in sorted({result.slug for result in results}):
        own = [result for result in results if result.slug == slug]
        changed = sum(bool(result.complaint) for result in own)
        tests = {name for result in own for name in result.tests}
        rows.append([f"`{slug}`", len(own), own[0].seeds, changed, len(tests), len(toothless(own))])
    return markdown_table(HEAD, rows, "---:")


def _run(judge: Judge, work: tuple[Case, int]) -> Constancy:
    case, seeds = work
    exercise = judge.exercises[case.slug]
    suite, limits = judge.suite(exercise.hidden_suite), exercise.limits
    limits = structs.replace(limits, submission_cpu_s=min(LONGEST_S, seeds * limits.submission_cpu_s))
    result = Constancy(case.slug, case.name, seeds)
    with SandboxedNotebook(judge.sandbox, case.cells, limits) as notebook:
        for number in range(seeds):
            seed = hashlib.sha256(f"{case.slug}\0{case.name}\0{number}".encode()).hexdigest()
            try:
                found = suite.run(Student(notebook), seed, limits.deaths_per_question, ALL)
            except OurFailure as failure:
                result.problems[f"could not be judged: {failure}"] += 1
                break
            _count(result, case, without_forbidden(found, exercise.questions, case.cells))
    return result


def _count(result: Constancy, case: Case, questions: Sequence[QuestionResult]) -> None:
    for test in (test for question in questions for test in question.tests):
        result.tests[test.name][test.status] += 1
    if problem := verdict(case.loses, questions).partition(" (")[0]:
        result.problems[problem] += 1
