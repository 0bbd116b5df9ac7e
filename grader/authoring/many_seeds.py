"""One variant under many seeds: its cells run once, in this process, and each seed draws other inputs.

There is no sandbox here: it is for the variants of a course, which are the author's own.
"""

from collections import Counter
from collections.abc import Iterable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from types import SimpleNamespace

from grader.authoring.cases import Case
from grader.core.course import Exercise
from grader.engine.forbidden import without_forbidden
from grader.engine.local import LocalChannel
from grader.sandbox.inside.forking import seed_random
from grader.suite.remote_student import Student
from grader.suite.session import SuiteSession

Verdict = tuple[tuple[str, float], ...]  # question → points, for the questions that lost some


@dataclass
class Outcomes:
    """What came of one variant.

    Attributes:
        verdicts: what was lost → under how many seeds; one entry where the score does not depend on the draw.
        failed: test → under how many seeds it did not pass.
        told: test → the first message, with its diagnosis.
    """

    verdicts: Counter[Verdict] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    told: dict[str, str] = field(default_factory=dict)


def over_seeds(
    suite: SuiteSession,
    exercise: Exercise,
    case: Case,
    seeds: Iterable[int],
    only: frozenset[str] = frozenset(),
) -> Outcomes:
    """Run the cells of `case` once, and the suite (or the questions in `only`) once for each seed."""
    shell, outcomes = SimpleNamespace(user_ns={"__name__": "__main__"}), Outcomes()
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        for number, source in case.cells:
            exec(compile(source, f"<cell {number}>", "exec"), shell.user_ns)
        for seed in seeds:
            seed_random(seed)
            results = suite.run(Student(LocalChannel(shell)), f"seed {seed}", only=only)
            judged = without_forbidden(results, exercise.questions, case.cells)
            outcomes.verdicts[tuple((q.name, q.score or 0.0) for q in judged if q.score != q.max_score)] += 1
            for test in (test for question in judged for test in question.tests if test.status != "passed"):
                outcomes.failed[test.name] += 1
                outcomes.told.setdefault(test.name, f"{test.status}: {test.message} [{test.diagnosis}]")
    return outcomes
