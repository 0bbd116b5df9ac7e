"""The suites answer odd answers with a sentence: never with an error of their own, silence, or full marks."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from grader.authoring.cases import ALL, Finding, chosen, defining_cells
from grader.authoring.odd_answers import NAMES, odd_answers
from grader.core.course import Course, Exercise
from grader.core.course_settings import Limits
from grader.core.errors import OurFailure
from grader.core.notebook import read_notebook
from grader.core.report import QuestionResult, Status
from grader.engine.judges import in_judges
from grader.engine.submission import Judge

SAMPLE = 25  # of the answers that need a right one, an exercise that trains gets one of so many
SUITES = ("hidden", "visible")
NO_SENTENCE = re.compile(r"Traceback|our failure|could not be used|INTERNALERROR|<[\w.]+ object at 0x")
NOTEBOOK = """
_right, _helpers = {{"__name__": "__main__"}}, {{}}
exec({reference!r}, _right)
exec({helpers!r}, _helpers)
exec({answer!r}, _helpers)
globals().update(_right)

def _wrapped(function):
    def answer(*args, **kwargs):
        right = function(*args, **kwargs)
        return None if right is None else _helpers["odd"](right)
    return answer

def _value(right):
    try:
        return _helpers["odd"](right)
    except BaseException as error:
        return error

def _instead(name, methods):
    right = _right[name]
    if not isinstance(right, type):
        return _wrapped(right) if callable(right) else _value(right)
    chosen = [m for m in vars(right) if m in methods or not m.startswith("_")]
    return type(name, (right,), {{m: _wrapped(f) for m in chosen if callable(f := getattr(right, m))}})

for _name, _methods in {names!r}.items():
    if _name in _right:
        globals()[_name] = _instead(_name, _methods)
"""


@dataclass(frozen=True)
class OddCase:
    """One odd answer to all questions of an exercise."""

    slug: str
    answer: str
    may_be_right: bool
    source: str


@dataclass(frozen=True)
class OddVerdict:
    """What the suites have made of it: a problem for each test, and the questions with full marks."""

    case: OddCase
    problems: tuple[str, ...]
    full: frozenset[str]


def odd_audit(
    course: Course, slugs: Sequence[str], jobs: int | None, done: Callable[[int], None]
) -> list[Finding]:
    """Every answer of `odd_answers` to every question; a finding for each answer.

    Args:
        done: is told the number of cases, once for each.

    Raises:
        GraderError: no sandbox, or a suite that cannot be collected.
    """
    exercises = chosen(course, slugs)
    cases = [case for exercise in exercises for case in odd_cases(exercise)]
    verdicts = []
    for verdict in in_judges(judged_odd, cases, course, jobs):
        verdicts.append(verdict)
        done(len(cases))
    return odd_findings(verdicts)


def odd_cases(exercise: Exercise) -> Iterator[OddCase]:
    """The notebooks to judge; of an exercise that trains, few that need a right answer."""
    cells = defining_cells(read_notebook(exercise.notebook).cells)
    reference = "\n\n".join(source for _, source in cells)
    names: dict[str, list[str]] = {}
    for name in exercise.question_names:
        first, _, method = name.partition(".")
        names.setdefault(first, []).append(method)
    helpers = NAMES.read_text(encoding="utf-8")
    trains = exercise.limits.call_cpu_s > Limits().call_cpu_s
    for number, (answer, part) in enumerate(odd_answers().items()):
        if trains and part != "constants" and number % SAMPLE:
            continue
        word = "" if answer.startswith("raise ") else "return "
        body = f"def odd(right):\n    {word}{answer}\n"
        source = NOTEBOOK.format(reference=reference, helpers=helpers, answer=body, names=names)
        yield OddCase(exercise.slug, answer, part == "alike", source)


def odd_findings(verdicts: Sequence[OddVerdict]) -> list[Finding]:
    """What is wrong with each odd answer.

    A question that no odd answer costs anything has an answer that is not a value, which nothing was put for.
    """
    results = []
    for verdict in verdicts:
        case = verdict.case
        untouched = frozenset.intersection(*(each.full for each in verdicts if each.case.slug == case.slug))
        full = () if case.may_be_right else sorted(verdict.full - untouched)
        problems = [*verdict.problems, *(f"{question} has full marks" for question in full)]
        shown = case.answer if len(case.answer) < 60 else f"{case.answer[:59]}…"
        results.append(Finding(f"{case.slug}: odd answer {shown}", "; ".join(problems)))
    return results


def judged_odd(judge: Judge, case: OddCase) -> OddVerdict:
    try:
        judged = judge.judge_cells(case.slug, ((1, case.source),), [(suite, ALL) for suite in SUITES])
    except OurFailure as failure:
        return OddVerdict(case, (f"could not be judged: {failure}",), frozenset())
    problems = [
        p for suite, questions in zip(SUITES, judged, strict=True) for p in problems_in(suite, questions)
    ]
    full = frozenset(question.name for question in judged[0] if question.score == question.max_score)
    return OddVerdict(case, tuple(dict.fromkeys(problems)), full)


def problems_in(suite: str, questions: Sequence[QuestionResult]) -> Iterator[str]:
    """The tests whose message is not a sentence to a student, with what it is."""
    for test in (test for question in questions for test in question.tests):
        if test.status == Status.PASSED:
            continue
        if test.status == Status.UNGRADED or not test.message.strip() or NO_SENTENCE.search(test.message):
            said = " ".join(test.message.split())
            yield f"{suite} suite: {test.name}: {test.status}: {said[:200] or 'nothing is said'}"
