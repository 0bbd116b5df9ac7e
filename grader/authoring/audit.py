"""The course proves itself: stubs score 0, solutions and correct variants 100 %, each wrong one loses what it
should.
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Callable, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass
from pathlib import Path

from grader.authoring.release import differences
from grader.core.course import Course, Exercise
from grader.core.errors import GraderError, OurFailure
from grader.core.notebook import read_notebook
from grader.core.report import QuestionResult, Status
from grader.core.stub import BEGIN, stub_notebook
from grader.engine.batch import judge_state, judges, suite_of, warm_judge
from grader.engine.forbidden import without_forbidden
from grader.engine.sandboxed import SandboxedNotebook
from grader.suite.remote_student import Student
from grader.suite.session import SuiteSession

MIN_CORRECT, MIN_WRONG = 6, 8
DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)
Cells = tuple[tuple[int, str], ...]


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
    """What an audited case did; `problem` is empty when it is as it should be."""

    case: str
    problem: str


def audit(course: Course, slugs: list[str], jobs: int, done: Callable[[Finding, int], None]) -> list[Finding]:
    """Every finding; `done` is told each, with the number of cases in all.

    Raises:
        GraderError: no sandbox, or a suite that cannot be collected.
    """
    exercises = [course.find(slug) for slug in slugs] or list(course.exercises.values())
    if not exercises:
        raise GraderError(f"{course.root}: no exercise to audit (no solutions/*/exercise.toml)")
    warm_judge()
    findings = [Finding(f"structure: {p.partition(':')[0]}", p) for p in structure(course, exercises)]
    exercises.sort(
        key=lambda exercise: exercise.limits.submission_cpu_s, reverse=True
    )  # what trains goes first
    cases = [case for exercise in exercises for case in cases_of(exercise)]
    with judges(course.root, jobs) as pool:
        for future in as_completed([pool.submit(_run, case) for case in cases]):
            findings.append(future.result())
            done(findings[-1], len(cases))
    return findings


def cases_of(exercise: Exercise) -> list[Case]:
    """The reference, the stub, and every variant of one exercise."""
    reference = read_notebook(exercise.notebook).cells
    nothing: frozenset[str] = frozenset()
    slug = exercise.slug
    stub = tuple(
        (n, "".join(cell["source"]))
        for n, cell in enumerate(json.loads(stub_notebook(exercise))["cells"], start=1)
        if cell["cell_type"] == "code"
    )
    cases = [Case(slug, "stub", stub, None), Case(slug, "solution", reference, nothing)]
    for path in sorted((exercise.folder / "correct").glob("*.py")):
        cases.append(Case(slug, f"correct/{path.stem}", read_notebook(path).cells, nothing))
    below = defining_cells(reference)
    for path in sorted((exercise.folder / "wrong").glob("*.py")):
        overlay = tuple((len(reference) + n, source) for n, source in read_notebook(path).cells)
        cases.append(Case(slug, f"wrong/{path.stem}", below + overlay, declared_losses(path), ("hidden",)))
    return cases


def defining_cells(cells: Cells) -> Cells:
    """Those with answers or with nothing but definitions: pictures and self-checks decide no verdict."""
    return tuple((n, s) for n, s in cells if BEGIN in s or _defines(s))


def _defines(source: str) -> bool:
    try:
        return all(isinstance(part, DEFINITIONS) for part in ast.parse(source).body)
    except SyntaxError:
        return True


def declared_losses(path: Path) -> frozenset[str]:
    """The questions that a wrong variant's docstring says it must lose.

    Raises:
        GraderError: it says none.
    """
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    for line in text.splitlines():
        if line.startswith("Loses:"):
            return frozenset(name.strip() for name in line[6:].split(",") if name.strip())
    raise GraderError(f"{path}: its docstring must end with 'Loses: QUESTION, …'")


def structure(course: Course, exercises: list[Exercise]) -> list[str]:
    """What is wrong with the files themselves, a sentence each."""
    problems = differences(course)
    for exercise in exercises:
        where = f"solutions/{exercise.slug}"
        questions = {question.name: question for question in exercise.questions}
        for name, question in questions.items():
            if len(question.hints) < 2:
                problems.append(f"{where}/exercise.toml: question {name} needs two or three hints")
        for path in (exercise.hidden_suite, exercise.visible_suite):
            suite = SuiteSession(path)
            suite.close()
            asked = {question for _, question, _, _ in suite.tests}
            problems += [
                f"{where}/{path.name}: {n} has no entry in exercise.toml"
                for n in sorted(asked - set(questions))
            ]
            problems += [
                f"{where}/{path.name}: no test for question {n}" for n in sorted(set(questions) - asked)
            ]
            problems += [
                f"{where}/{path.name}: {t} has no docstring" for t, _, _, text in suite.tests if not text
            ]
        for kind, least in (("correct", MIN_CORRECT), ("wrong", MIN_WRONG)):
            paths = sorted((exercise.folder / kind).glob("*.py"))
            if len(paths) < least:
                problems.append(f"{where}/{kind}: {len(paths)} variants, at least {least} are needed")
            if kind == "wrong":
                for path in paths:
                    unknown = declared_losses(path) - set(questions)
                    problems += [f"{where}/wrong/{path.name}: unknown question {n}" for n in sorted(unknown)]
    return problems


def _run(case: Case) -> Finding:
    where = f"{case.slug}: {case.name}"
    try:
        results = judge_cells(case.slug, case.cells, [(suite, frozenset()) for suite in case.suites])
    except OurFailure as failure:
        return Finding(where, f"could not be judged: {failure}")
    problems = [verdict(case.loses, questions) for questions in results]
    return Finding(
        where, "; ".join(f"{s} suite: {p}" for s, p in zip(case.suites, problems, strict=True) if p)
    )


def judge_cells(
    slug: str, cells: Cells, suites: Sequence[tuple[str, frozenset[str]]]
) -> list[tuple[QuestionResult, ...]]:
    """Run the cells once, and against them each suite: "hidden" or "visible", and its questions, none for
    all.

    Raises:
        OurFailure: the sandbox or the judge broke.
    """
    course, sandbox, warm = judge_state()
    exercise = course.exercises[slug]
    seed = hashlib.sha256(
        "\0".join([course.salt, slug, *(source for _, source in cells)]).encode()
    ).hexdigest()
    results = []
    with SandboxedNotebook(
        sandbox.path, list(cells), exercise.limits, int(seed[:8], 16), sandbox.home_in
    ) as work:
        for kind, only in suites:
            suite = _visible(exercise, warm) if kind == "visible" else suite_of(exercise, warm)
            found = suite.run(Student(work), seed, exercise.limits.deaths_per_question, only)
            results.append(without_forbidden(found, exercise.questions, cells))
    return results


def lost(questions: Sequence[QuestionResult]) -> set[str]:
    """The names of the questions with less than all their points."""
    return {question.name for question in questions if question.score != question.max_score}


def _visible(exercise: Exercise, suites: dict[str, SuiteSession]) -> SuiteSession:
    key = f"{exercise.slug} visible"
    if key not in suites:
        suites[key] = SuiteSession(exercise.visible_suite)
    return suites[key]


def verdict(loses: frozenset[str] | None, questions: Sequence[QuestionResult]) -> str:
    """Why these results are not what the case must give, or ""; `loses` as in `Case`."""
    if any(question.score is None for question in questions):
        return f"could not be judged: {_first(questions, Status.UNGRADED)}"
    if loses is None:
        tried = [q.name for q in questions if q.status != Status.NOT_ATTEMPTED or q.score]
        return f"a stub must score 0 as not attempted, but: {', '.join(tried)}" if tried else ""
    missing = lost(questions)
    if missing == loses:
        return ""
    extra, spared = sorted(missing - loses), sorted(loses - missing)
    parts = [f"loses {', '.join(extra)} ({_first_lost(questions, extra[0])})"] if extra else []
    parts += [f"does not lose {', '.join(spared)}"] if spared else []
    return "; ".join(parts)


def _first(questions: Sequence[QuestionResult], status: Status) -> str:
    return next((t.message for q in questions for t in q.tests if t.status == status), "")


def _first_lost(questions: Sequence[QuestionResult], name: str) -> str:
    tests = [t for q in questions if q.name == name for t in q.tests if t.status != Status.PASSED]
    return f"{tests[0].name}: {tests[0].status}: {tests[0].message[:200]}" if tests else ""
