"""The course proves itself: stubs score 0, solutions 100 %, and each wrong variant loses what it declares."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from grader.authoring.cases import ALL, Case, Finding, cases_of, chosen, declared_losses, variants
from grader.authoring.release import differences
from grader.core.course import Course, Exercise
from grader.core.errors import GraderError, OurFailure
from grader.core.report import QuestionResult, Status
from grader.engine.judges import in_judges, warm_judge
from grader.engine.submission import Judge
from grader.suite.session import SuiteSession


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


def structure(course: Course, exercises: Iterable[Exercise]) -> list[str]:
    """What is wrong with the files themselves, a sentence each."""
    problems, least = differences(course), course.settings.audit
    for exercise in exercises:
        where = f"solutions/{exercise.slug}"
        hints = {question.name: len(question.hints) for question in exercise.questions}
        problems += [
            f"{where}/exercise.toml: {name} has {_counted(count, 'hint')}, at least {least.hints} are needed"
            for name, count in hints.items()
            if count < least.hints
        ]
        for suite in (exercise.hidden_suite, exercise.visible_suite):
            problems += [f"{where}/{suite.name}: {problem}" for problem in _in_suite(suite, set(hints))]
        for kind, fewest in (("correct", least.correct), ("wrong", least.wrong)):
            if (count := len(variants(exercise, kind))) < fewest:
                problems.append(f"{where}/{kind}: {_counted(count, 'variant')}, at least {fewest} are needed")
        for path in variants(exercise, "wrong"):
            unknown = sorted(declared_losses(path) - set(hints))
            problems += [f"{where}/wrong/{path.name}: unknown question {name}" for name in unknown]
    return problems


def _counted(count: int, what: str) -> str:
    return f"{count or 'no'} {what}{'' if count == 1 else 's'}"


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
