"""The course proves itself: stubs score 0, solutions 100 %, and each wrong variant loses what it declares."""

import ast
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.authoring.release import differences
from grader.core.course import Course, Exercise
from grader.core.errors import GraderError, OurFailure
from grader.core.notebook import read_notebook
from grader.core.python_file import python_file
from grader.core.report import QuestionResult, Status
from grader.core.stub import BEGIN, stub_notebook
from grader.engine.judges import in_judges, warm_judge
from grader.engine.submission import Judge
from grader.suite.session import SuiteSession

MIN_CORRECT, MIN_WRONG = 6, 8
DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)
Cells = tuple[tuple[int, str], ...]
ALL: frozenset[str] = frozenset()  # the questions of a suite that are asked


@dataclass(frozen=True)
class Case:
    """One thing to grade and what must come out: `loses` is None where nothing may be earned at all."""

    slug: str
    name: str
    cells: Cells
    loses: frozenset[str] | None
    suites: tuple[str, ...] = ("hidden", "visible")


@dataclass(frozen=True)
class Finding:
    """The result of one audited case; `problem` is empty when it is as it should be."""

    case: str
    problem: str

    @property
    def complaint(self) -> str:
        """The problem in a line to print, "" if there is none."""
        return f"✗ {self.case}: {self.problem}" if self.problem else ""


def audit(
    course: Course, slugs: Sequence[str], jobs: int | None, done: Callable[[int], None]
) -> list[Finding]:
    """Every finding; `done` is told the number of cases, once for each.

    Raises:
        GraderError: no sandbox, or a suite that cannot be collected.
    """
    exercises = chosen(course, slugs)
    if not exercises:
        raise GraderError(f"{course.root}: no exercise to audit (no solutions/*/exercise.toml)")
    warm_judge()
    problems = structure(course, sorted(exercises, key=lambda exercise: exercise.slug))
    findings = [Finding(f"structure: {problem.partition(':')[0]}", problem) for problem in problems]
    cases = [case for exercise in exercises for case in cases_of(exercise)]
    for finding in in_judges(_run, cases, course, jobs):
        findings.append(finding)
        done(len(cases))
    return findings


def tally(findings: Sequence[Finding]) -> str:
    """How many cases are as they should be."""
    wrong = sum(bool(finding.problem) for finding in findings)
    return f"{len(findings) - wrong} cases as they should be, {wrong} not\n"


def chosen(course: Course, slugs: Sequence[str]) -> list[Exercise]:
    """These exercises, by default all; what trains for long comes first.

    Raises:
        GraderError: there is no such exercise.
    """
    exercises = [course.find(slug) for slug in slugs] or list(course.exercises.values())
    return sorted(exercises, key=lambda exercise: exercise.limits.call_cpu_s, reverse=True)


def cases_of(exercise: Exercise) -> list[Case]:
    """The reference, the stub, and every variant of one exercise."""
    reference = read_notebook(exercise.notebook).cells
    slug = exercise.slug
    stub = tuple(
        (n, "".join(cell["source"]))
        for n, cell in enumerate(json.loads(stub_notebook(exercise))["cells"], start=1)
        if cell["cell_type"] == "code"
    )
    cases = [Case(slug, "stub", stub, None), Case(slug, "solution", reference, frozenset())]
    for path in variants(exercise, "correct"):
        cases.append(Case(slug, f"correct/{path.stem}", read_notebook(path).cells, frozenset()))
    below = defining_cells(reference)
    for path in variants(exercise, "wrong"):
        overlay = tuple((len(reference) + n, source) for n, source in read_notebook(path).cells)
        cases.append(Case(slug, f"wrong/{path.stem}", below + overlay, declared_losses(path), ("hidden",)))
    return cases


def variants(exercise: Exercise, kind: str) -> list[Path]:
    """The files of its "correct" or "wrong" variants."""
    return sorted((exercise.folder / kind).glob("*.py"))


def defining_cells(cells: Cells) -> Cells:
    """Those with answers or with nothing but definitions: pictures and self-checks decide no verdict."""
    return tuple((n, s) for n, s in cells if BEGIN in s or _defines(s))


def _defines(source: str) -> bool:
    try:
        return all(isinstance(part, DEFINITIONS) for part in ast.parse(source).body)
    except SyntaxError:
        return True


def declared(variant: Path, word: str) -> list[str]:
    """What the docstring of a variant says after `word:`, an entry for each such line.

    Raises:
        GraderError: it is not valid Python.
    """
    lines = (ast.get_docstring(python_file(variant)) or "").splitlines()
    return [line.removeprefix(f"{word}:").strip() for line in lines if line.startswith(f"{word}:")]


def declared_losses(variant: Path) -> frozenset[str]:
    """The questions that a wrong variant's docstring says it must lose.

    Raises:
        GraderError: it says none.
    """
    for line in declared(variant, "Loses"):
        return frozenset(name.strip() for name in line.split(",") if name.strip())
    raise GraderError(f"{variant}: its docstring must end with 'Loses: QUESTION, …'")


def structure(course: Course, exercises: Iterable[Exercise]) -> list[str]:
    """What is wrong with the files themselves, a sentence each."""
    problems = differences(course)
    for exercise in exercises:
        where = f"solutions/{exercise.slug}"
        hints = {question.name: len(question.hints) for question in exercise.questions}
        problems += [
            f"{where}/exercise.toml: question {name} needs two or three hints"
            for name, count in hints.items()
            if count < 2
        ]
        for suite in (exercise.hidden_suite, exercise.visible_suite):
            problems += [f"{where}/{suite.name}: {problem}" for problem in _in_suite(suite, set(hints))]
        for kind, least in (("correct", MIN_CORRECT), ("wrong", MIN_WRONG)):
            if (count := len(variants(exercise, kind))) < least:
                problems.append(f"{where}/{kind}: {count} variants, at least {least} are needed")
        for path in variants(exercise, "wrong"):
            unknown = sorted(declared_losses(path) - set(hints))
            problems += [f"{where}/wrong/{path.name}: unknown question {name}" for name in unknown]
    return problems


def _in_suite(path: Path, known: set[str]) -> Iterator[str]:
    suite = SuiteSession(path)
    suite.close()
    asked = {question for _, question, _, _ in suite.tests}
    yield from (f"{name} has no entry in exercise.toml" for name in sorted(asked - known))
    yield from (f"no test for question {name}" for name in sorted(known - asked))
    yield from (f"{test} has no docstring" for test, _, _, summary in suite.tests if not summary)


def _run(judge: Judge, case: Case) -> Finding:
    where = f"{case.slug}: {case.name}"
    try:
        results = judge.judge_cells(case.slug, case.cells, [(suite, ALL) for suite in case.suites])
    except OurFailure as failure:
        return Finding(where, f"could not be judged: {failure}")
    problems = [verdict(case.loses, questions) for questions in results]
    return Finding(
        where, "; ".join(f"{s} suite: {p}" for s, p in zip(case.suites, problems, strict=True) if p)
    )


def lost(questions: Sequence[QuestionResult]) -> set[str]:
    """The names of the questions with less than all their points."""
    return {question.name for question in questions if question.score != question.max_score}


def verdict(loses: frozenset[str] | None, questions: Sequence[QuestionResult]) -> str:
    """Why these results are not what the case must give, or ""; `loses` as in `Case`."""
    for test in (test for question in questions for test in question.tests):
        if test.status == Status.UNGRADED:
            return f"could not be judged: {test.message}"
    if loses is None:
        attempted = [q.name for q in questions if q.status != Status.NOT_ATTEMPTED or q.score]
        return f"a stub must score 0 as not attempted, but: {', '.join(attempted)}" if attempted else ""
    missing = lost(questions)
    if missing == loses:
        return ""
    extra, spared = sorted(missing - loses), sorted(loses - missing)
    parts = [f"loses {', '.join(extra)} ({_first_lost(questions, extra[0])})"] if extra else []
    parts += [f"does not lose {', '.join(spared)}"] if spared else []
    return "; ".join(parts)


def _first_lost(questions: Sequence[QuestionResult], name: str) -> str:
    tests = [t for q in questions if q.name == name for t in q.tests if t.status != Status.PASSED]
    return f"{tests[0].name}: {tests[0].status}: {tests[0].message[:200]}" if tests else ""


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[object]], align: str = "---") -> str:
    """A Markdown table; `align` is the mark of all columns but the first."""
    marks = ["---", *[align] * (len(head) - 1)]
    return "".join(f"| {' | '.join(map(str, row))} |\n" for row in (head, marks, *rows))
